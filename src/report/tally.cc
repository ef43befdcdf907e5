#include "report/tally.h"

#include <array>
#include <fmt/format.h>
#include <span>
#include <string_view>

namespace masscan::report {
namespace {

// One line of the summary, omitted where the counter is 0.
struct Row {
  std::uint64_t Tally::* counter;
  std::string_view meaning;
};

constexpr std::array kLosses = {
    Row{&Tally::unresolved, "probes not sent: their next hop did not answer ARP or NDP"},
    Row{&Tally::discarded, "frames discarded: the interface could not send them"},
    Row{&Tally::kernel_drops,
        "frames dropped on arrival: the receive ring was full (lower --rate)"},
    Row{&Tally::bad, "frames ignored: cut short or damaged"},
};

constexpr std::array kNotes = {
    Row{&Tally::foreign, "frames ignored: they answer no probe of this scan"},
    Row{&Tally::duplicate, "answers ignored: repeated"},
    Row{&Tally::refused, "sends refused for a moment by the kernel, and tried again"},
    Row{&Tally::neighbor_requests, "ARP and NDP requests sent"},
};

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

}  // namespace masscan::report
