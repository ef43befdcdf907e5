// Receives the user's commands during a scan, by signal and by socket, and executes them. Signals
// that end the scan are control/interrupts.h's.
// Thread: the main thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/attempt.h"
#include "base/result.h"
#include "base/time.h"
#include "control/control_protocol.h"
#include "control/control_server.h"
#include "control/interrupts.h"
#include "control/metrics_server.h"
#include "control/signals.h"
#include "engine/shared_controls.h"
#include "net/endpoint.h"
#include "scan/monitor.h"
#include "setup/config.h"
#include "targets/address_set.h"

namespace masscan::scan {

// Reads the exclude files again and returns their full contents. It runs in a thread that is never
// joined, so it must own everything it uses (base/attempt.h).
using ReadExcludes = std::function<Result<targets::AddressSet>()>;

class ControlLoop {
 public:
  // Opens all sources of commands and queries. Called before anything is sent.
  static Result<ControlLoop> open(const setup::Config& config, ReadExcludes read_excludes);
  // Returns what SIGHUP means to a scan. `has_excludes`: there are exclude files to read again.
  static control::Hangup hangup(const setup::Config& config, bool has_excludes);

  // Where metrics are served, if they are.
  std::optional<net::Endpoint> metrics_endpoint() const;
  // A longer reload continues in the background; its outcome is printed later.
  void set_reload_timeout(Duration timeout) { reload_timeout_ = timeout; }

  // Commands apply to this pass from now on. Both arguments are borrowed.
  void attach(engine::SharedControls& controls, Monitor& monitor);
  // Waits at most `longest` for events and handles them. Returns early if `other`, a descriptor or
  // -1, is readable.
  // REQUIRES: attached, as for all functions below.
  void serve(Duration longest, int other = -1);
  // Returns the response to a line from the socket.
  std::string answer(std::string_view line, Instant now);
  // Returns the state of the scan in Prometheus' text format.
  std::string metrics(Instant now) const;

 private:
  ControlLoop(control::Signals signals, ReadExcludes read_excludes);
  void on_signal(int signal, Instant now);
  std::string execute(const control::Command& command, Instant now);
  std::string set_paused(bool is_paused);
  std::string set_rate(double rate_pps);
  std::string status(Instant now);
  std::string reload();
  std::string finish_reload();
  std::string stop();

  control::Signals signals_;  // SIGUSR1, SIGUSR2, and SIGHUP that means "reload"
  std::unique_ptr<control::ControlServer> control_;  // null: no socket
  std::unique_ptr<control::MetricsServer> metrics_;  // null: no metrics
  ReadExcludes read_excludes_;
  Duration reload_timeout_ = 500ms;
  // A reload in progress. Abandoned when the scan ends.
  std::optional<Attempt<targets::AddressSet>> reload_;
  engine::SharedControls* controls_ = nullptr;
  Monitor* monitor_ = nullptr;
};

}  // namespace masscan::scan
