// Handles Ctrl-C and similar signals: SIGINT, SIGTERM, and SIGHUP if it means the end. A separate
// thread receives them, from before anything is opened until everything is closed, so they take
// effect whatever other threads do.
//
// The first interrupt ends the current work immediately. After `allow_graceful_end`, the first one
// requests a graceful end (`graceful_stop`), and the second one ends it immediately.
//
// "Immediately" means that no thread waits any longer for a pipe's reader or a server. A process
// that has not ended a moment later is blocked in a call that cannot be interrupted (a dead file
// system, a name server); the thread then prints the outcome and exits with code 1.
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

// The meaning of SIGHUP: "reload" if the scan was prepared for control (--control, an exclude
// file). Otherwise it means that the terminal was closed, unless nohup ignores it.
enum class Hangup { kReload, kEnd };

class Interrupts {
 public:
  // Time limits for the end of the process after the first and after the second interrupt.
  static constexpr Duration kFirstBound = 2s;
  static constexpr Duration kSecondBound = 700ms;

  // `outcome` is printed if there is no graceful end: "interrupted before the first probe". Blocks
  // the signals in the calling thread and all threads it starts.
  static Result<std::unique_ptr<Interrupts>> open(Hangup hangup, std::string outcome);
  ~Interrupts() { end_.call(); }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Enables the graceful end. Returns an Error if an interrupt has already come.
  Result<void> allow_graceful_end();
  // Returns the outcome, for callers that give up because of an interrupt.
  Error error() const { return run_error("{}", outcome_); }
  // Sets the command that resumes the scan after a forced end, "masscan --resume FILE"; empty:
  // none. Thread: any.
  void set_resume_command(std::string command);

  // Thread: any. Callbacks run in the signal thread and must not block.
  std::stop_token graceful_stop() const { return graceful_.get_token(); }
  std::stop_token immediate_stop() const { return immediate_.get_token(); }
  // Become readable at the same time.
  int graceful_stop_fd() const { return graceful_fd_.poll_fd(); }
  int immediate_stop_fd() const { return immediate_fd_.poll_fd(); }

 private:
  Interrupts(Signals signals, EventFd end, EventFd graceful, EventFd immediate, std::string outcome)
      : signals_(std::move(signals)),
        outcome_(std::move(outcome)),
        end_(std::move(end)),
        graceful_fd_(std::move(graceful)),
        immediate_fd_(std::move(immediate)) {}
  void listen(const std::stop_token& stop);
  void on_interrupt();
  void end_immediately(Duration longest);
  [[noreturn]] void end_by_force();

  const Signals signals_;
  const std::string outcome_;
  EventFd end_;  // ends the thread
  EventFd graceful_fd_;
  EventFd immediate_fd_;
  std::stop_source graceful_;
  std::stop_source immediate_;
  Instant deadline_ = Instant::max();  // of the process; used by the thread only
  std::mutex mutex_;                   // guards the next three members
  bool has_come_ = false;
  bool is_graceful_ = false;
  std::string resume_command_;
  Thread thread_;  // last: it uses the other members
};

}  // namespace masscan::control
