// Where the user's wishes arrive while a scan runs, by signal and by socket, and are carried out;
// all but the end by signal (scan/interrupts.h). In the main thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/attempt.h"
#include "base/result.h"
#include "base/time.h"
#include "scan/command.h"
#include "scan/config.h"
#include "scan/control_server.h"
#include "scan/controls.h"
#include "scan/interrupts.h"
#include "scan/metrics_server.h"
#include "scan/monitor.h"
#include "scan/signals.h"
#include "targets/address_set.h"

namespace masscan::scan {

// Reads the exclude files again: all they hold now. Called by a thread that nobody waits for, so it
// must own all that it uses (base/attempt.h).
using ReadExcludes = std::function<Result<targets::AddressSet>()>;

// What a wish needs to arrive and be carried out, and a question to be answered; opened before
// anything is sent.
struct Ears {
  Signals signals;                         // SIGUSR1, SIGUSR2, and SIGHUP that means "reload"
  std::unique_ptr<ControlServer> control;  // null: no socket
  std::unique_ptr<MetricsServer> metrics;  // null: nobody may ask
  ReadExcludes read_excludes;
  // Under way: the disk or a name server takes its time. Forgotten when the scan ends.
  std::optional<Attempt<targets::AddressSet>> reload{};

  static Result<Ears> open(const Config& config, ReadExcludes read_excludes);
  // What SIGHUP means to a scan; `has_excludes`: in files that can be read again.
  static Hangup hangup(const Config& config, bool has_excludes);
};

class ControlDesk {
 public:
  // A reload that takes longer than this goes on beside the scan, which is told its outcome later.
  static constexpr Duration kReloadPatience = 500ms;

  // Everything is borrowed.
  ControlDesk(Ears& ears, Controls& controls, Monitor& monitor);

  // Waits at most `longest` for something to do, and does it. Returns early if `other`, a
  // descriptor or -1, is readable.
  void serve(Duration longest, int other = -1);
  // The answer to a line from the socket.
  std::string answer(std::string_view line);
  // Where the scan stands, for Prometheus.
  std::string metrics() const;

 private:
  void on_signal(int signal);
  std::string carry_out(const Command& command);
  std::string set_paused(bool is_paused);
  std::string set_rate(double rate_pps);
  std::string status();
  std::string reload();
  std::string finish_reload();
  std::string stop();

  Ears& ears_;
  Controls& controls_;
  Monitor& monitor_;
};

}  // namespace masscan::scan
