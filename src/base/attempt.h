// What may take for ever where nothing can interrupt it (a name lookup, a file system that does not
// answer), done by a thread of its own. Whoever wants the outcome waits as long as it likes: an
// Attempt that goes is forgotten, and its thread is left alone with all that it uses, until it is
// done or the process ends. Nobody ever waits for the thread.
#pragma once

#include <poll.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/check.h"
#include "base/event_fd.h"
#include "base/result.h"
#include "base/thread.h"
#include "base/time.h"

namespace masscan {

// Of one thread.
template <typename T>
class Attempt {
 public:
  // Must own all that it uses: the end of the process may cut it off anywhere.
  using Work = std::function<Result<T>()>;

  // `name`: see Thread.
  static Result<Attempt> start(const char* name, Work work) {
    const auto shared = std::make_shared<Shared>(TRY(EventFd::open()));
    TRY(Thread::start(name, [shared, work = std::move(work)](const std::stop_token&) {
      shared->set(work());
    })).detach();
    return Attempt(shared);
  }

  // Polls readable when there is an outcome.
  int poll_fd() const { return shared_->done.poll_fd(); }
  // Waits at most `longest` for the outcome; false if there is none yet.
  bool ends_within(Duration longest) const {
    const Instant deadline = now() + longest;
    pollfd request{.fd = poll_fd(), .events = POLLIN, .revents = 0};
    while (::poll(&request, 1, poll_timeout(deadline)) <= 0) {
      if (now() >= deadline) return false;
    }
    return true;
  }
  // The outcome, which must be there; once.
  Result<T> take() { return shared_->take(); }

 private:
  // The last of the two threads frees it, and an outcome that nobody took.
  struct Shared {
    explicit Shared(EventFd wake_up) : done(std::move(wake_up)) {}

    void set(Result<T> made) {
      const std::scoped_lock lock(mutex);
      outcome = std::move(made);
      done.call();
    }
    Result<T> take() {
      const std::scoped_lock lock(mutex);
      CHECK(outcome.has_value());
      return std::move(*outcome);
    }

    EventFd done;
    std::mutex mutex;
    std::optional<Result<T>> outcome;  // under the mutex
  };

  explicit Attempt(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  std::shared_ptr<Shared> shared_;
};

}  // namespace masscan
