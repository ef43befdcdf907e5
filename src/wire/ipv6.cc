#include "wire/ipv6.h"

namespace masscan::wire {
namespace {

constexpr std::uint32_t kVersion = 6u << 28;

bool is_extension(Protocol protocol) {
  return protocol == Protocol::kHopByHop || protocol == Protocol::kRouting ||
         protocol == Protocol::kDestinationOptions || protocol == Protocol::kMobility ||
         protocol == Protocol::kAuthentication || protocol == Protocol::kFragment;
}

// Computes the length from the length field in the second byte: units of 8 bytes after the first 8.
// In an authentication header: units of 4 bytes after the first 8 (RFC 4302, 2.2). A fragment
// header has none.
std::size_t extension_length(Protocol protocol, std::uint8_t field) {
  if (protocol == Protocol::kFragment) return 8;
  return 8 + std::size_t{field} * (protocol == Protocol::kAuthentication ? 4 : 8);
}

bool has_fixed_header(Bytes packet) {
  return packet.size() >= Ipv6Header::kLength && load_be<std::uint8_t>(packet) >> 4 == 6;
}

}  // namespace

void Ipv6Header::emit(MutableBytes packet) const {
  store_be(packet, 0, kVersion | std::uint32_t{traffic_class} << 20 | (flow_label & 0xfffff));
  store_be(packet, 4, payload_length);
  store_be(packet, 6, static_cast<std::uint8_t>(next_header));
  store_be(packet, 7, hop_limit);
  store_ipv6(packet, 8, source);
  store_ipv6(packet, 24, destination);
}

std::optional<Ipv6View> Ipv6View::parse(Bytes packet) {
  if (!has_fixed_header(packet)) return std::nullopt;
  const std::size_t total = Ipv6Header::kLength + load_be<std::uint16_t>(packet, 4);
  if (total > packet.size()) return std::nullopt;
  return walk(packet.first(total));
}

std::optional<Ipv6View> Ipv6View::parse_quoted(Bytes beginning) {
  if (!has_fixed_header(beginning)) return std::nullopt;
  return walk(beginning);
}

std::optional<Ipv6View> Ipv6View::walk(Bytes packet) {
  Ipv6View view(packet, Protocol{load_be<std::uint8_t>(packet, 6)});
  for (int headers = 0; is_extension(view.protocol_); ++headers) {
    if (headers == kMaxExtensionHeaders || !view.step()) return std::nullopt;
  }
  return view;
}

// Skips one extension header. Returns false if it does not end within the packet, or what follows
// is not the transport's header (RFC 8200, 4.5).
bool Ipv6View::step() {
  const Bytes rest = payload();
  if (rest.size() < 8) return false;
  const std::size_t length = extension_length(protocol_, load_be<std::uint8_t>(rest, 1));
  if (length > rest.size()) return false;
  if (protocol_ == Protocol::kFragment) {
    const auto fragment = load_be<std::uint16_t>(rest, 2);
    if ((fragment & 0xfff8) != 0) return false;
    is_fragment_ = (fragment & 1) != 0;
  }
  protocol_ = Protocol{load_be<std::uint8_t>(rest, 0)};
  payload_offset_ += length;
  return true;
}

Ipv6Header Ipv6View::header() const {
  const auto first = load_be<std::uint32_t>(packet_, 0);
  return {.traffic_class = static_cast<std::uint8_t>(first >> 20),
          .flow_label = first & 0xfffff,
          .payload_length = load_be<std::uint16_t>(packet_, 4),
          .next_header = Protocol{load_be<std::uint8_t>(packet_, 6)},
          .hop_limit = ttl(),
          .source = source(),
          .destination = destination()};
}

}  // namespace masscan::wire
