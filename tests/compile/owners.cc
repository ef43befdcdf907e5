// What the system lends has one owner.
#include <utility>

#include "base/thread.h"
#include "base/unique_fd.h"

namespace masscan {

void take(UniqueFd fd);
void take(Thread thread);
void hand_over(UniqueFd& fd, Thread& thread) {
  take(std::move(fd));
  take(std::move(thread));
}

#ifdef MISTAKES
void share(UniqueFd& fd, Thread& thread) {
  UniqueFd other = fd;      // error: deleted
  Thread another = thread;  // error: deleted
  UniqueFd plain = 2;       // error: no viable conversion|conversion from
  int number = fd;          // error: no viable conversion|cannot convert
  static_cast<void>(other.get() + plain.get() + number + another.is_there());
}
#endif

}  // namespace masscan
