#include "scan/control_loop.h"

#include <fmt/format.h>
#include <poll.h>
#include <time.h>

#include <array>
#include <utility>
#include <vector>

namespace masscan::scan {

Result<ControlLoop> ControlLoop::open(const setup::Config& config, ReadExcludes read_excludes) {
  std::vector<int> signals = {SIGUSR1, SIGUSR2};
  const bool has_excludes = static_cast<bool>(read_excludes);
  if (hangup(config, has_excludes) == control::Hangup::kReload) signals.push_back(SIGHUP);
  ControlLoop loop(TRY(control::Signals::open(signals)), std::move(read_excludes));
  if (!config.control.empty()) loop.control_ = TRY(control::ControlServer::open(config.control));
  if (config.metrics) loop.metrics_ = TRY(control::MetricsServer::open(*config.metrics));
  return loop;
}

control::Hangup ControlLoop::hangup(const setup::Config& config, bool has_excludes) {
  return has_excludes || !config.control.empty() ? control::Hangup::kReload : control::Hangup::kEnd;
}

ControlLoop::ControlLoop(control::Signals signals, ReadExcludes read_excludes)
    : signals_(std::move(signals)), read_excludes_(std::move(read_excludes)) {}

std::optional<net::Endpoint> ControlLoop::metrics_endpoint() const {
  return metrics_ ? std::optional(metrics_->endpoint()) : std::nullopt;
}

void ControlLoop::attach(engine::SharedControls& controls, Monitor& monitor) {
  controls_ = &controls;
  monitor_ = &monitor;
}

void ControlLoop::serve(Duration longest, int other) {
  constexpr int kIgnored = -1;
  const int control = control_ ? control_->poll_fd() : kIgnored;
  const int metrics_reader = metrics_ ? metrics_->poll_fd() : kIgnored;
  const int reload = reload_ ? reload_->poll_fd() : kIgnored;
  std::array<pollfd, 5> descriptors = {{
      {.fd = signals_.poll_fd(), .events = POLLIN, .revents = 0},
      {.fd = control, .events = POLLIN, .revents = 0},
      {.fd = metrics_reader, .events = POLLIN, .revents = 0},
      {.fd = reload, .events = POLLIN, .revents = 0},
      {.fd = other, .events = POLLIN, .revents = 0},
  }};
  const timespec timeout{.tv_sec = 0, .tv_nsec = longest.count()};
  if (ppoll(descriptors.data(), descriptors.size(), &timeout, nullptr) < 0) return;
  if (reload_ && reload_->ends_within(Duration{0})) {
    monitor_->say("reload: " + finish_reload());
  }
  const Instant moment = now();
  while (const auto signal = signals_.next()) on_signal(*signal, moment);
  if (control_) control_->serve([&](std::string_view line) { return answer(line, moment); });
  if (metrics_) metrics_->serve([&] { return metrics(moment); });
}

void ControlLoop::on_signal(int signal, Instant now) {
  switch (signal) {
    case SIGUSR1:
      return monitor_->print_status(now);
    case SIGUSR2:
      return monitor_->say(set_paused(!controls_->directives().is_paused));
    default:
      return monitor_->say(reload());
  }
}

std::string ControlLoop::answer(std::string_view line, Instant now) {
  const Result<control::Command> command = control::parse_command(line);
  return command ? execute(*command, now) : control::refusal(command.error().message);
}

std::string ControlLoop::execute(const control::Command& command, Instant now) {
  switch (command.verb) {
    case control::Command::Verb::kPause:
      return set_paused(true);
    case control::Command::Verb::kResume:
      return set_paused(false);
    case control::Command::Verb::kRate:
      return set_rate(command.rate_pps);
    case control::Command::Verb::kStatus:
      return status(now);
    case control::Command::Verb::kReload:
      return reload();
    case control::Command::Verb::kStop:
      return stop();
  }
  return {};
}

std::string ControlLoop::set_paused(bool is_paused) {
  if (controls_->directives().stop_mode != engine::StopMode::kNone)
    return control::refusal("the scan is ending already");
  controls_->set_paused(is_paused);
  return control::acceptance(fmt::format(R"("paused":{})", is_paused));
}

std::string ControlLoop::set_rate(double rate_pps) {
  controls_->set_rate(rate_pps);
  return control::acceptance(fmt::format(R"("rate_limit_pps":{})", control::rate_json(rate_pps)));
}

std::string ControlLoop::status(Instant now) {
  const engine::Directives directives = controls_->directives();
  return control::acceptance(fmt::format(
      R"("paused":{},"stopping":{},"reloading":{},"rate_limit_pps":{},{})", directives.is_paused,
      directives.stop_mode != engine::StopMode::kNone, reload_.has_value(),
      control::rate_json(directives.rate_pps), monitor_->status_members(now)));
}

std::string ControlLoop::metrics(Instant now) const {
  const engine::Directives directives = controls_->directives();
  scan::Metrics metrics = monitor_->metrics(now);
  metrics.rate_limit_pps = directives.rate_pps;
  metrics.is_paused = directives.is_paused;
  metrics.is_stopping = directives.stop_mode != engine::StopMode::kNone;
  return scan::to_prometheus(metrics);
}

// Accepts only when the new excludes are in force.
std::string ControlLoop::reload() {
  if (!read_excludes_)
    return control::refusal("no exclude file was named; begin with --excludefile FILE");
  if (!reload_) {
    auto started = Attempt<targets::AddressSet>::start("reload", read_excludes_);
    if (!started) return control::refusal(started.error().message);
    reload_ = std::move(started).value();
    if (reload_->ends_within(reload_timeout_)) return finish_reload();
  }
  return control::refusal(
      "a reload is under way; until standard error tells of its end, the excludes stay as they "
      "were");
}

// An invalid file leaves the excludes unchanged.
std::string ControlLoop::finish_reload() {
  Result<targets::AddressSet> excludes = reload_->take();
  reload_.reset();
  if (!excludes)
    return control::refusal(excludes.error().message + "; the excludes stay as they were");
  const std::size_t ranges = excludes->v4.ranges().size() + excludes->v6.ranges().size();
  controls_->set_excludes(std::move(excludes).value());
  return control::acceptance(fmt::format(R"("excluded_ranges":{})", ranges));
}

std::string ControlLoop::stop() {
  controls_->request_stop(engine::StopMode::kGraceful);
  return control::acceptance(R"("stopping":true)");
}

}  // namespace masscan::scan
