#include "engine/tally.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

namespace masscan::engine {
namespace {

// A counter and the words for it.
struct Row {
  std::uint64_t Tally::*counter;
  std::string_view meaning;
};

constexpr std::array kLosses = {
    Row{&Tally::unroutable, "probes not sent: there is no route to their targets"},
    Row{&Tally::unresolved, "probes not sent: their next hop did not answer ARP or NDP"},
    Row{&Tally::discarded,
        "frames discarded: the interface could not send them, or a rule dropped them"},
    Row{&Tally::kernel_drops,
        "frames dropped on arrival: the receive ring was full (lower --rate)"},
    Row{&Tally::bad, "frames ignored: cut short or damaged"},
};

constexpr std::array kNotes = {
    Row{&Tally::excluded, "probes not sent: their targets were excluded while the scan ran"},
    Row{&Tally::foreign, "frames ignored: they answer no probe of this scan"},
    Row{&Tally::duplicate, "answers ignored: repeated"},
    Row{&Tally::unanswered,
        "resets and answers to neighbours not sent: they have their part of the rate"},
    Row{&Tally::refused, "sends refused for a moment by the kernel, and tried again"},
    Row{&Tally::buffer_full, "of these because the socket's send buffer was full"},
    Row{&Tally::behind, "packets fewer than the rate asked for: the processor was the limit"},
    Row{&Tally::neighbor_requests, "ARP and NDP requests sent"},
};

constexpr std::array kNames = {
    Row{&Tally::probes_sent, "probes_sent"},
    Row{&Tally::retries_sent, "retries_sent"},
    Row{&Tally::neighbor_requests, "neighbor_requests"},
    Row{&Tally::refused, "refused"},
    Row{&Tally::buffer_full, "buffer_full"},
    Row{&Tally::unanswered, "unanswered"},
    Row{&Tally::behind, "behind"},
    Row{&Tally::discarded, "discarded"},
    Row{&Tally::unroutable, "unroutable"},
    Row{&Tally::unresolved, "unresolved"},
    Row{&Tally::excluded, "excluded"},
    Row{&Tally::received, "received"},
    Row{&Tally::answers, "answers"},
    Row{&Tally::duplicate, "duplicate"},
    Row{&Tally::foreign, "foreign"},
    Row{&Tally::bad, "bad"},
    Row{&Tally::kernel_drops, "kernel_drops"},
    Row{&Tally::open, "open"},
    Row{&Tally::closed, "closed"},
    Row{&Tally::filtered, "filtered"},
};
static_assert(kNames.size() * sizeof(std::uint64_t) == sizeof(Tally), "a counter has no name");

void append_rows(std::string& out, std::string_view title, std::span<const Row> rows,
                 const Tally& tally) {
  bool has_title = false;
  for (const Row& row : rows) {
    const std::uint64_t count = tally.*row.counter;
    if (count == 0) continue;
    if (!has_title) out += title;
    has_title = true;
    out += fmt::format("  {:>12} {}\n", count, row.meaning);
  }
}

}  // namespace

std::string to_json(const Tally& tally) {
  std::string json;
  for (const Row& row : kNames) {
    json += fmt::format("{}\"{}\":{}", json.empty() ? '{' : ',', row.meaning, tally.*row.counter);
  }
  return json + '}';
}

std::string summary(const Tally& tally, Duration elapsed) {
  std::string text = fmt::format("Sent {} probes", tally.probes_sent);
  if (tally.retries_sent != 0) text += fmt::format(" and {} retries", tally.retries_sent);
  text += fmt::format(" in {:.2f} s; {} answers in {} frames received.\n", to_seconds(elapsed),
                      tally.answers, tally.received);
  text += fmt::format("Found {} open, {} closed, {} filtered.\n", tally.open, tally.closed,
                      tally.filtered);
  append_rows(text, "Lost:\n", kLosses, tally);
  append_rows(text, "Noted:\n", kNotes, tally);
  return text;
}

}  // namespace masscan::engine
