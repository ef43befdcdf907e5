// Runs a call that may block forever and cannot be interrupted (a name lookup, a file system that
// does not answer) on a thread of its own. The caller waits for the outcome with a timeout. A
// destroyed Attempt detaches from its thread: the thread keeps what it uses and runs until its work
// is done or the process ends.
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

// Thread: used by one thread; the work runs on another.
template <typename T>
class Attempt {
 public:
  // REQUIRES: owns all that it uses. The end of the process may interrupt it at any point.
  using Work = std::function<Result<T>()>;

  // `name` is the name of the thread, see Thread.
  static Result<Attempt> start(const char* name, Work work) {
    const auto shared = std::make_shared<Shared>(TRY(EventFd::open()));
    TRY(Thread::start(name, [shared, work = std::move(work)](const std::stop_token&) {
      shared->set(work());
    })).detach();
    return Attempt(shared);
  }

  // Becomes readable once there is an outcome.
  int poll_fd() const { return shared_->done.poll_fd(); }
  // Waits at most `longest` for the outcome. Returns false if there is none yet.
  bool ends_within(Duration longest) const {
    const Instant deadline = now() + longest;
    pollfd request{.fd = poll_fd(), .events = POLLIN, .revents = 0};
    while (::poll(&request, 1, poll_timeout(deadline)) <= 0) {
      if (now() >= deadline) return false;
    }
    return true;
  }
  // Returns the outcome. REQUIRES: there is one; called once.
  Result<T> take() { return shared_->take(); }

 private:
  // Shared by both threads. The last one to end frees it, together with an outcome that was not
  // taken.
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
    std::optional<Result<T>> outcome;  // guarded by mutex
  };

  explicit Attempt(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  std::shared_ptr<Shared> shared_;
};

}  // namespace masscan
