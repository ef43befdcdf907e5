// Where the user's wishes arrive while a scan runs, by signal and by socket, and are carried out;
// all but the end by signal (control/interrupts.h). In the main thread.
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
#include "scan/monitor.h"
#include "setup/config.h"
#include "targets/address_set.h"

namespace masscan::scan {

// Reads the exclude files again: all they hold now. Called by a thread that nobody waits for, so it
// must own all that it uses (base/attempt.h).
using ReadExcludes = std::function<Result<targets::AddressSet>()>;

// What a wish needs to arrive and be carried out, and a question to be answered; opened before
// anything is sent.
struct ControlInputs {
  control::Signals signals;  // SIGUSR1, SIGUSR2, and SIGHUP that means "reload"
  std::unique_ptr<control::ControlServer> control;  // null: no socket
  std::unique_ptr<control::MetricsServer> metrics;  // null: nobody may ask
  ReadExcludes read_excludes;
  // A reload that takes longer than this goes on beside the scan, which is told its outcome later.
  Duration reload_patience = 500ms;
  // Under way: the disk or a name server takes its time. Forgotten when the scan ends.
  std::optional<Attempt<targets::AddressSet>> reload{};

  static Result<ControlInputs> open(const setup::Config& config, ReadExcludes read_excludes);
  // What SIGHUP means to a scan; `has_excludes`: in files that can be read again.
  static control::Hangup hangup(const setup::Config& config, bool has_excludes);
};

class ControlLoop {
 public:
  // Everything is borrowed.
  ControlLoop(ControlInputs& inputs, engine::SharedControls& controls, Monitor& monitor);

  // Waits at most `longest` for something to do, and does it. Returns early if `other`, a
  // descriptor or -1, is readable.
  void serve(Duration longest, int other = -1);
  // The answer to a line from the socket.
  std::string answer(std::string_view line, Instant now);
  // Where the scan stands, for Prometheus.
  std::string metrics(Instant now) const;

 private:
  void on_signal(int signal, Instant now);
  std::string carry_out(const control::Command& command, Instant now);
  std::string set_paused(bool is_paused);
  std::string set_rate(double rate_pps);
  std::string status(Instant now);
  std::string reload();
  std::string finish_reload();
  std::string stop();

  ControlInputs& inputs_;
  engine::SharedControls& controls_;
  Monitor& monitor_;
};

}  // namespace masscan::scan
