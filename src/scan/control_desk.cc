#include "scan/control_desk.h"

#include <fmt/format.h>
#include <poll.h>
#include <time.h>

#include <array>
#include <utility>
#include <vector>

namespace masscan::scan {

Result<Ears> Ears::open(const Config& config, ReadExcludes read_excludes) {
  std::vector<int> signals = {SIGUSR1, SIGUSR2};
  const bool has_excludes = static_cast<bool>(read_excludes);
  if (hangup(config, has_excludes) == Hangup::kReload) signals.push_back(SIGHUP);
  Ears ears{TRY(Signals::open(signals)), nullptr, nullptr, std::move(read_excludes)};
  if (!config.control.empty()) ears.control = TRY(ControlServer::open(config.control));
  if (config.metrics) ears.metrics = TRY(MetricsServer::open(*config.metrics));
  return ears;
}

Hangup Ears::hangup(const Config& config, bool has_excludes) {
  return has_excludes || !config.control.empty() ? Hangup::kReload : Hangup::kEnd;
}

ControlDesk::ControlDesk(Ears& ears, Controls& controls, Monitor& monitor)
    : ears_(ears), controls_(controls), monitor_(monitor) {}

void ControlDesk::serve(Duration longest, int other) {
  constexpr int kIgnored = -1;
  const int control = ears_.control ? ears_.control->poll_fd() : kIgnored;
  const int metrics_reader = ears_.metrics ? ears_.metrics->poll_fd() : kIgnored;
  const int reload = ears_.reload ? ears_.reload->poll_fd() : kIgnored;
  std::array<pollfd, 5> descriptors = {{
      {.fd = ears_.signals.poll_fd(), .events = POLLIN, .revents = 0},
      {.fd = control, .events = POLLIN, .revents = 0},
      {.fd = metrics_reader, .events = POLLIN, .revents = 0},
      {.fd = reload, .events = POLLIN, .revents = 0},
      {.fd = other, .events = POLLIN, .revents = 0},
  }};
  const timespec timeout{.tv_sec = 0, .tv_nsec = longest.count()};
  if (ppoll(descriptors.data(), descriptors.size(), &timeout, nullptr) < 0) return;
  if (ears_.reload && ears_.reload->ends_within(Duration{0})) {
    monitor_.say("reload: " + finish_reload());
  }
  while (const auto signal = ears_.signals.next()) on_signal(*signal);
  if (ears_.control) ears_.control->serve([this](std::string_view line) { return answer(line); });
  if (ears_.metrics) ears_.metrics->serve([this] { return metrics(); });
}

void ControlDesk::on_signal(int signal) {
  switch (signal) {
    case SIGUSR1:
      return monitor_.print_status(now());
    case SIGUSR2:
      return monitor_.say(set_paused(!controls_.orders().is_paused));
    default:
      return monitor_.say(reload());
  }
}

std::string ControlDesk::answer(std::string_view line) {
  const Result<Command> command = parse_command(line);
  return command ? carry_out(*command) : refusal(command.error().message);
}

std::string ControlDesk::carry_out(const Command& command) {
  switch (command.verb) {
    case Command::Verb::kPause:
      return set_paused(true);
    case Command::Verb::kResume:
      return set_paused(false);
    case Command::Verb::kRate:
      return set_rate(command.rate_pps);
    case Command::Verb::kStatus:
      return status();
    case Command::Verb::kReload:
      return reload();
    case Command::Verb::kStop:
      return stop();
  }
  return {};
}

std::string ControlDesk::set_paused(bool is_paused) {
  if (controls_.orders().urgency != Urgency::kNone) return refusal("the scan is ending already");
  controls_.set_paused(is_paused);
  return acceptance(fmt::format(R"("paused":{})", is_paused));
}

std::string ControlDesk::set_rate(double rate_pps) {
  controls_.set_rate(rate_pps);
  return acceptance(fmt::format(R"("rate_limit_pps":{})", rate_json(rate_pps)));
}

std::string ControlDesk::status() {
  const Orders orders = controls_.orders();
  return acceptance(
      fmt::format(R"("paused":{},"stopping":{},"reloading":{},"rate_limit_pps":{},{})",
                  orders.is_paused, orders.urgency != Urgency::kNone, ears_.reload.has_value(),
                  rate_json(orders.rate_pps), monitor_.status_members(now())));
}

std::string ControlDesk::metrics() const {
  const Orders orders = controls_.orders();
  report::Metrics metrics = monitor_.metrics(now());
  metrics.rate_limit_pps = orders.rate_pps;
  metrics.is_paused = orders.is_paused;
  metrics.is_stopping = orders.urgency != Urgency::kNone;
  return report::to_prometheus(metrics);
}

// "Yes" means that the new excludes hold.
std::string ControlDesk::reload() {
  if (!ears_.read_excludes)
    return refusal("no exclude file was named; begin with --excludefile FILE");
  if (!ears_.reload) {
    auto started = Attempt<targets::AddressSet>::start("reload", ears_.read_excludes);
    if (!started) return refusal(started.error().message);
    ears_.reload = std::move(started).value();
    if (ears_.reload->ends_within(kReloadPatience)) return finish_reload();
  }
  return refusal(
      "a reload is under way; until standard error tells of its end, the excludes stay as they "
      "were");
}

// A file that makes no sense changes nothing: what was excluded stays so.
std::string ControlDesk::finish_reload() {
  Result<targets::AddressSet> excludes = ears_.reload->take();
  ears_.reload.reset();
  if (!excludes) return refusal(excludes.error().message + "; the excludes stay as they were");
  const std::size_t ranges = excludes->v4.ranges().size() + excludes->v6.ranges().size();
  controls_.set_excludes(std::move(excludes).value());
  return acceptance(fmt::format(R"("excluded_ranges":{})", ranges));
}

std::string ControlDesk::stop() {
  controls_.raise(Urgency::kSoon);
  return acceptance(R"("stopping":true)");
}

}  // namespace masscan::scan
