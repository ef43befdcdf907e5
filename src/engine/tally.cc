#include "engine/tally.h"

#include <fmt/format.h>

#include <array>

namespace masscan::engine {
namespace {

using enum Counter::Kind;

constexpr std::array kCounters = {
    Counter{&Tally::probes_sent, "probes_sent", "probes_sent", "probes that left, first tries",
            kTraffic},
    Counter{&Tally::retries_sent, "retries_sent", "retries_sent", "probes that left, later tries",
            kTraffic},
    Counter{&Tally::canaries_sent, "canaries_sent", "canaries_sent",
            "canaries that left: probes of ports that nothing should use, beside the others",
            kNote},
    Counter{&Tally::neighbor_requests, "neighbor_requests", "neighbor_requests_sent",
            "ARP and NDP requests sent", kNote},
    Counter{&Tally::refused, "refused", "sends_refused",
            "sends refused for a moment by the kernel, and tried again", kNote},
    Counter{&Tally::buffer_full, "buffer_full", "sends_refused_buffer_full",
            "of these because the socket's send buffer was full", kNote},
    Counter{&Tally::unanswered, "unanswered", "answers_not_sent",
            "resets and answers to neighbours not sent: they have their part of the rate", kNote},
    Counter{&Tally::behind, "behind", "packets_behind_rate",
            "packets fewer than the rate asked for: the processor was the limit", kNote},
    Counter{&Tally::discarded, "discarded", "frames_discarded",
            "frames discarded: the interface could not send them, or a rule dropped them", kLoss},
    Counter{&Tally::unroutable, "unroutable", "probes_unroutable",
            "probes not sent: there is no route to their targets", kLoss},
    Counter{&Tally::unresolved, "unresolved", "probes_unresolved",
            "probes not sent: their next hop did not answer ARP or NDP", kLoss},
    Counter{&Tally::excluded, "excluded", "probes_excluded",
            "probes not sent: their targets were excluded while the scan ran", kNote},
    Counter{&Tally::received, "received", "frames_received",
            "frames that the kernel handed to the scan", kTraffic},
    Counter{&Tally::answers, "answers", "answers",
            "frames received that prove they answer a probe of this scan", kTraffic},
    Counter{&Tally::duplicate, "duplicate", "answers_duplicate", "answers ignored: repeated",
            kNote},
    Counter{&Tally::canary_answers, "canary_answers", "answers_canary", "answers to canaries",
            kNote},
    Counter{&Tally::foreign, "foreign", "frames_foreign",
            "frames ignored: they answer no probe of this scan", kNote},
    Counter{&Tally::bad, "bad", "frames_bad", "frames ignored: cut short or damaged", kLoss},
    Counter{&Tally::kernel_drops, "kernel_drops", "frames_dropped",
            "frames dropped on arrival: the receive ring was full (lower --rate)", kLoss},
    Counter{&Tally::open, "open", "ports_found", "ports found open", kPortState},
    Counter{&Tally::closed, "closed", "ports_found", "ports found closed", kPortState},
    Counter{&Tally::filtered, "filtered", "ports_found", "ports found filtered", kPortState},
    Counter{&Tally::unfiltered, "unfiltered", "ports_found", "ports found unfiltered", kPortState},
    Counter{&Tally::open_filtered, "open_filtered", "ports_found",
            "ports without an answer, open or filtered", kPortState},
    Counter{&Tally::suspect, "suspect", "ports_suspect",
            "of the open ports are suspect: a proxy, a middlebox or a tarpit may have answered",
            kNote},
    Counter{&Tally::unjudged, "unjudged", "ports_unjudged",
            "open ports were reported before it was clear whether they are suspect", kNote},
    Counter{&Tally::unchecked, "unchecked", "hosts_unchecked",
            "hosts with an open port were not asked all their canaries: too many at once", kNote},
    Counter{&Tally::heard, "heard", "services_heard", "services said something", kNote},
    Counter{&Tally::silent, "silent", "services_silent",
            "services accepted a connection and said nothing", kNote},
    Counter{&Tally::ended, "ended", "services_ended",
            "services ended a connection and said nothing", kNote},
    Counter{&Tally::untaken, "untaken", "ports_untaken",
            "open ports took nothing that was sent: a proxy or a tarpit may have answered", kNote},
};
static_assert(kCounters.size() * sizeof(std::uint64_t) == sizeof(Tally), "a counter has no row");

void append_rows(std::string& out, std::string_view title, Counter::Kind kind, const Tally& tally) {
  bool has_title = false;
  for (const Counter& counter : kCounters) {
    const std::uint64_t count = tally.*counter.member;
    if (counter.kind != kind || count == 0) continue;
    if (!has_title) out += title;
    has_title = true;
    out += fmt::format("  {:>12} {}\n", count, counter.meaning);
  }
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  for (const Counter& counter : kCounters) this->*counter.member += other.*counter.member;
  return *this;
}

std::span<const Counter> counters() { return kCounters; }

std::string to_json(const Tally& tally) {
  std::string json;
  for (const Counter& counter : kCounters) {
    json +=
        fmt::format("{}\"{}\":{}", json.empty() ? '{' : ',', counter.name, tally.*counter.member);
  }
  return json + '}';
}

std::string summary(const Tally& tally, Duration elapsed) {
  std::string text = fmt::format("Sent {} probes", tally.probes_sent);
  if (tally.retries_sent != 0) text += fmt::format(" and {} retries", tally.retries_sent);
  text += fmt::format(" in {:.2f} s; {} answers in {} frames received.\n", to_seconds(elapsed),
                      tally.answers, tally.received);
  text += fmt::format("Found {} open, {} closed, {} filtered", tally.open, tally.closed,
                      tally.filtered);
  if (tally.unfiltered != 0) text += fmt::format(", {} unfiltered", tally.unfiltered);
  if (tally.open_filtered != 0) text += fmt::format(", {} open|filtered", tally.open_filtered);
  text += ".\n";
  append_rows(text, "Lost:\n", kLoss, tally);
  append_rows(text, "Noted:\n", kNote, tally);
  return text;
}

}  // namespace masscan::engine
