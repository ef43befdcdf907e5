#include "probe/tcp_segment.h"

#include <vector>

#include "base/random.h"

namespace masscan::probe {
namespace {

using namespace wire::tcp_flag;

constexpr PreparedFrame::Fields kSequence = {.ports = 0, .cookie = 4, .checksum = 16};
constexpr PreparedFrame::Fields kSequenceAndAcknowledgment = {
    .ports = 0, .cookie = 4, .cookie_copy = 8, .checksum = 16};

// Any seed does: the data only has to look random, and is the same in all probes.
constexpr std::uint64_t kDataSeed = 1;

void fill_data(MutableBytes data) {
  Random random(kDataSeed);
  for (std::byte& byte : data) byte = static_cast<std::byte>(random.next());
}

std::uint8_t sent_flags(const ProbeSettings& settings, std::uint8_t flags) {
  return settings.tcp_flags.value_or(flags);
}

}  // namespace

PreparedFrame prepare_probe(const FrameSettings& settings, net::Family family, std::uint8_t flags) {
  const ProbeSettings& probes = settings.probes;
  wire::TcpHeader header{.flags = sent_flags(probes, flags), .window = probes.tcp_window};
  if ((header.flags & kSyn) != 0) header.options = probes.tcp_options;
  std::vector<std::byte> segment(header.length() + probes.data_length);
  fill_data(MutableBytes(segment).subspan(header.length()));
  header.emit(segment, unspecified(family), unspecified(family));
  const bool has_ack = (header.flags & kAck) != 0;
  return PreparedFrame::make(settings, family, wire::Protocol::kTcp, segment,
                             has_ack ? kSequenceAndAcknowledgment : kSequence);
}

std::optional<std::uint32_t> reset_cookie(const wire::TcpView& segment,
                                          const ProbeSettings& settings, std::uint8_t flags) {
  const std::uint8_t sent = sent_flags(settings, flags);
  if (!segment.has_flags(kRst)) return std::nullopt;
  if ((sent & kAck) != 0) return segment.sequence();
  if (!segment.has_flags(kAck)) return std::nullopt;
  const auto length =
      ((sent & kSyn) != 0 ? 1u : 0u) + ((sent & kFin) != 0 ? 1u : 0u) + settings.data_length;
  return segment.acknowledgment() - length;
}

Reply reply_from(const wire::Packet& packet, const wire::TcpView& segment,
                 record::PortState state) {
  return {.state = state,
          .flow = {.target = packet.source,
                   .port = {net::Transport::kTcp, segment.source_port()},
                   .source = {packet.destination, segment.destination_port()}},
          .ttl = packet.ttl,
          .reason = segment.flags()};
}

Claim read_quoted_segment(const wire::Packet& quoted, const ProbeSettings& /*settings*/) {
  const auto segment = wire::TcpQuote::parse(quoted.transport);
  if (!segment) return Claim::bad();
  return Claim::answer({.flow = {.target = quoted.destination,
                                 .port = {net::Transport::kTcp, segment->destination_port},
                                 .source = {quoted.source, segment->source_port}}},
                       segment->sequence);
}

}  // namespace masscan::probe
