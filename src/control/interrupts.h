// Ctrl-C and its like: SIGINT, SIGTERM, and SIGHUP where it means the end. A thread that does
// nothing else hears them, from before anything is opened until everything is closed, so whatever
// another thread is doing, each of them does something.
//
// What is under way ends at once when the first one comes; after `let_end_in_order`, the first one
// asks for the end (`soon`), and the second one ends it at once.
//
// "At once" means that nobody waits for anybody else any more: who reads a pipe, a server. A
// process that is still there a moment later hangs in something that cannot be told (a dead file
// system, a name server); then the thread says what became of it, and ends it with exit code 1.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "base/event_fd.h"
#include "base/result.h"
#include "base/thread.h"
#include "base/time.h"
#include "control/signals.h"

namespace masscan::control {

// What SIGHUP means. Whoever prepared the scan to be spoken to (--control, an exclude file) says
// "reload" with it; else it says that the terminal has closed, unless nohup had it ignored.
enum class Hangup { kReload, kEnd };

class Interrupts {
 public:
  // The process has so long to end at once: after the first interrupt, and after the second one.
  static constexpr Duration kFirstBound = 2s;
  static constexpr Duration kSecondBound = 700ms;

  // `outcome` is said where nothing ends in order: "interrupted before the first probe". Blocks the
  // signals in the calling thread, and in all that it starts.
  static Result<std::unique_ptr<Interrupts>> open(Hangup hangup, std::string outcome);
  ~Interrupts() { end_.call(); }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // From here on what is under way ends in order. An Error if an interrupt has come before.
  Result<void> let_end_in_order();
  // The outcome, for whoever gives up because of an interrupt.
  Error error() const { return run_error("{}", outcome_); }
  // What goes on with the scan if it is ended by force, "masscan --resume FILE"; empty: nothing.
  // From any thread.
  void set_resume_command(std::string command);

  // Both from any thread. Callbacks run in the thread that listens, and must not wait.
  std::stop_token soon() const { return soon_.get_token(); }
  std::stop_token at_once() const { return at_once_.get_token(); }
  // They poll readable from the same moments on.
  int soon_fd() const { return soon_fd_.poll_fd(); }
  int at_once_fd() const { return at_once_fd_.poll_fd(); }

 private:
  Interrupts(Signals signals, EventFd end, EventFd soon, EventFd at_once, std::string outcome)
      : signals_(std::move(signals)),
        outcome_(std::move(outcome)),
        end_(std::move(end)),
        soon_fd_(std::move(soon)),
        at_once_fd_(std::move(at_once)) {}
  void listen(const std::stop_token& stop);
  void on_interrupt();
  void end_at_once(Duration longest);
  [[noreturn]] void end_by_force();

  const Signals signals_;
  const std::string outcome_;
  EventFd end_;  // of the thread
  EventFd soon_fd_;
  EventFd at_once_fd_;
  std::stop_source soon_;
  std::stop_source at_once_;
  Instant deadline_ = Instant::max();  // of the process; the thread's own
  std::mutex mutex_;                   // over the next three
  bool has_come_ = false;
  bool ends_in_order_ = false;
  std::string resume_command_;
  Thread thread_;  // last: it uses the others
};

}  // namespace masscan::control
