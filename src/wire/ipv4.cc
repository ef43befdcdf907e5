#include "wire/ipv4.h"

#include "wire/checksum.h"

namespace masscan::wire {
namespace {

constexpr std::uint8_t kVersionAndLength = 0x45;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kFragmentOffset = 0x1fff;

// Returns the header length, or nullopt if this is no complete IPv4 header, or that of a fragment
// without the transport's header.
std::optional<std::size_t> checked_header_length(Bytes packet) {
  if (packet.size() < Ipv4Header::kLength) return std::nullopt;
  const auto first = load_be<std::uint8_t>(packet);
  if (first >> 4 != 4) return std::nullopt;
  const std::size_t length = std::size_t{first & 0x0fu} * 4;
  if (length < Ipv4Header::kLength || length > packet.size()) return std::nullopt;
  if ((load_be<std::uint16_t>(packet, 6) & kFragmentOffset) != 0) return std::nullopt;
  return length;
}

}  // namespace

void Ipv4Header::emit(MutableBytes packet) const {
  store_be(packet, 0, kVersionAndLength);
  store_be(packet, 1, tos);
  store_be(packet, 2, static_cast<std::uint16_t>(kLength + payload_length));
  store_be(packet, 4, identification);
  store_be(packet, 6, dont_fragment ? kDontFragment : std::uint16_t{0});
  store_be(packet, 8, ttl);
  store_be(packet, 9, static_cast<std::uint8_t>(protocol));
  store_be(packet, 10, std::uint16_t{0});
  store_ipv4(packet, 12, source);
  store_ipv4(packet, 16, destination);
  store_be(packet, 10, Checksum().add(packet.first(kLength)).finish());
}

std::optional<Ipv4View> Ipv4View::parse(Bytes packet) {
  const auto header = checked_header_length(packet);
  if (!header) return std::nullopt;
  const std::size_t total = load_be<std::uint16_t>(packet, 2);
  if (total < *header || total > packet.size()) return std::nullopt;
  return Ipv4View(packet.first(total), *header);
}

std::optional<Ipv4View> Ipv4View::parse_quoted(Bytes beginning) {
  const auto header = checked_header_length(beginning);
  if (!header) return std::nullopt;
  return Ipv4View(beginning, *header);
}

Ipv4Header Ipv4View::header() const {
  return {.tos = load_be<std::uint8_t>(packet_, 1),
          .payload_length = static_cast<std::uint16_t>(total_length() - header_length_),
          .identification = load_be<std::uint16_t>(packet_, 4),
          .dont_fragment = (load_be<std::uint16_t>(packet_, 6) & kDontFragment) != 0,
          .ttl = ttl(),
          .protocol = protocol(),
          .source = source(),
          .destination = destination()};
}

}  // namespace masscan::wire
