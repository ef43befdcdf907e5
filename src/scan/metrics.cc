#include "scan/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace masscan::scan {
namespace {

struct CounterRow {
  std::uint64_t engine::Tally::*counter;
  std::string_view name;
  std::string_view help;
};

constexpr std::array kCounters = {
    CounterRow{&engine::Tally::probes_sent, "probes_sent", "Probes that left, first tries."},
    CounterRow{&engine::Tally::retries_sent, "retries_sent", "Probes that left, later tries."},
    CounterRow{&engine::Tally::neighbor_requests, "neighbor_requests_sent",
               "ARP and NDP requests sent."},
    CounterRow{&engine::Tally::refused, "sends_refused",
               "Sends that the kernel refused for a moment, and that were tried again."},
    CounterRow{&engine::Tally::buffer_full, "sends_refused_buffer_full",
               "Of these, for want of room in the socket's send buffer."},
    CounterRow{&engine::Tally::unanswered, "answers_not_sent",
               "Resets and answers to neighbours not sent, for they have their part of the rate."},
    CounterRow{&engine::Tally::behind, "packets_behind_rate",
               "Packets fewer than the rate asked for, because the processor was the limit."},
    CounterRow{&engine::Tally::discarded, "frames_discarded",
               "Frames that the interface could never send."},
    CounterRow{&engine::Tally::unroutable, "probes_unroutable",
               "Probes not sent because there is no route to their targets."},
    CounterRow{&engine::Tally::unresolved, "probes_unresolved",
               "Probes not sent because their next hop did not answer ARP or NDP."},
    CounterRow{&engine::Tally::excluded, "probes_excluded",
               "Probes not sent because their targets were excluded while the scan ran."},
    CounterRow{&engine::Tally::received, "frames_received",
               "Frames that the kernel handed to the scan."},
    CounterRow{&engine::Tally::answers, "answers",
               "Frames received that prove they answer a probe of this scan."},
    CounterRow{&engine::Tally::duplicate, "answers_duplicate",
               "Of these, answers that said what was known already."},
    CounterRow{&engine::Tally::foreign, "frames_foreign",
               "Frames received that answer no probe of this scan."},
    CounterRow{&engine::Tally::bad, "frames_bad",
               "Frames received that were cut short or damaged."},
    CounterRow{&engine::Tally::kernel_drops, "frames_dropped",
               "Frames lost on arrival because the receive ring was full."},
};

struct StateRow {
  std::uint64_t engine::Tally::*counter;
  std::string_view state;
};

constexpr std::array kStates = {StateRow{&engine::Tally::open, "open"},
                                StateRow{&engine::Tally::closed, "closed"},
                                StateRow{&engine::Tally::filtered, "filtered"}};
static_assert((kCounters.size() + kStates.size()) * sizeof(std::uint64_t) == sizeof(engine::Tally),
              "a counter has no metric");

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

void append_counters(Text& text, const engine::Tally& tally) {
  for (const CounterRow& row : kCounters) {
    const std::string name = fmt::format("{}_total", row.name);
    text.begin(name, "counter", row.help);
    text.append("masscan_{} {}\n", name, tally.*row.counter);
  }
  text.begin("ports_found_total", "counter", "Ports whose state became known, each once.");
  for (const StateRow& row : kStates) {
    text.append("masscan_ports_found_total{{state=\"{}\"}} {}\n", row.state, tally.*row.counter);
  }
}

double seconds_left(Duration left) { return std::max(to_seconds(left), 0.0); }

void append_gauges(Text& text, const Metrics& metrics) {
  const Progress& progress = metrics.progress;
  const bool is_waiting = progress.waiting.has_value();
  text.gauge("probes_planned", "Probes of this walk over the targets, without retries.",
             static_cast<double>(progress.total));
  text.gauge("probes_started", "Of these, those whose turn has come.",
             static_cast<double>(progress.sent));
  text.gauge("rate_packets_per_second", "Packets sent in a second, retries included.",
             progress.rate_pps);
  text.gauge("rate_limit_packets_per_second", "The rate that is asked for; +Inf: no limit.",
             metrics.rate_limit_pps);
  text.gauge("elapsed_seconds", "Since the scan began.", to_seconds(metrics.elapsed));
  text.gauge("remaining_seconds", "Until the last probe will be sent, by the rate so far.",
             is_waiting ? 0 : seconds_left(progress.remaining));
  text.gauge("waiting", "1: everything was asked, and answers are awaited.", is_waiting ? 1 : 0);
  text.gauge("waiting_remaining_seconds", "How long answers will be awaited still, at most.",
             is_waiting ? seconds_left(*progress.waiting) : 0);
  text.gauge("paused", "1: nothing new is asked until the user says so.", metrics.is_paused);
  text.gauge("stopping", "1: the scan was told to end.", metrics.is_stopping);
  text.gauge("workers", "Threads that send and receive.", metrics.workers);
  text.begin("info", "gauge", "Always 1; the label tells the version.");
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
