#include "scan/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>

namespace masscan::scan {
namespace {

class Text {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    append("# HELP masscan_{0} {1}\n# TYPE masscan_{0} {2}\n", name, help, type);
  }

  void gauge(std::string_view name, std::string_view help, double value) {
    begin(name, "gauge", help);
    append("masscan_{} {}\n", name, std::isinf(value) ? "+Inf" : fmt::format("{}", value));
  }

  template <typename... Args>
  void append(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Returns "Answers ignored: repeated." for "answers ignored: repeated".
std::string sentence(std::string_view meaning) {
  std::string text(meaning);
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + '.';
}

void append_counters(Text& text, const engine::Tally& tally) {
  std::string_view family;
  for (const engine::Counter& counter : engine::counters()) {
    const bool is_port_state = counter.kind == engine::Counter::Kind::kPortState;
    const std::string name = fmt::format("{}_total", counter.metric);
    if (counter.metric != family) {
      text.begin(
          name, "counter",
          sentence(is_port_state ? "ports whose state became known, each once" : counter.meaning));
    }
    family = counter.metric;
    text.append("masscan_{}{} {}\n", name,
                is_port_state ? fmt::format("{{state=\"{}\"}}", counter.name) : "",
                tally.*counter.member);
  }
}

double seconds_left(Duration left) { return std::max(to_seconds(left), 0.0); }

void append_gauges(Text& text, const Metrics& metrics) {
  const Progress& progress = metrics.progress;
  const bool is_waiting = progress.waiting.has_value();
  text.gauge("probes_planned", "Probes of this pass over the targets, without retries.",
             static_cast<double>(progress.total));
  text.gauge("probes_started", "Of these, those whose turn has come.",
             static_cast<double>(progress.sent));
  text.gauge("rate_packets_per_second", "Packets sent per second, retries included.",
             progress.rate_pps);
  text.gauge("rate_limit_packets_per_second", "The configured rate; +Inf: no limit.",
             metrics.rate_limit_pps);
  text.gauge("elapsed_seconds", "Since the scan began.", to_seconds(metrics.elapsed));
  text.gauge("remaining_seconds", "Until the last probe, estimated from the rate so far.",
             is_waiting ? 0 : seconds_left(progress.remaining));
  text.gauge("waiting", "1: all probes were sent, and the scan waits for answers.",
             is_waiting ? 1 : 0);
  text.gauge("waiting_remaining_seconds", "Maximum time that the scan still waits for answers.",
             is_waiting ? seconds_left(*progress.waiting) : 0);
  text.gauge("paused", "1: no probes are sent until the user continues the scan.",
             metrics.is_paused);
  text.gauge("stopping", "1: the scan is stopping.", metrics.is_stopping);
  text.gauge("workers", "Threads that send and receive.", metrics.workers);
  text.begin("info", "gauge", "Always 1; the label is the version.");
  text.append("masscan_info{{version=\"{}\"}} 1\n", metrics.version);
}

}  // namespace

std::string to_prometheus(const Metrics& metrics) {
  Text text;
  append_counters(text, metrics.tally);
  append_gauges(text, metrics);
  return text.take();
}

}  // namespace masscan::scan
