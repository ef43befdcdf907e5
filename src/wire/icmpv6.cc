#include "wire/icmpv6.h"

#include "wire/icmp.h"
#include "wire/protocol.h"

namespace masscan::wire {
namespace {

constexpr std::size_t kTargetOffset = IcmpHeader::kLength;
constexpr std::size_t kOptionsOffset = kTargetOffset + 16;
constexpr std::size_t kMacOptionLength = 8;  // kind, length, six octets

enum OptionKind : std::uint8_t { kSourceMac = 1, kTargetMac = 2 };

// Flags of an advertisement, in the word after the checksum.
constexpr std::uint32_t kFromRouter = 1u << 31;
constexpr std::uint32_t kSolicited = 1u << 30;
constexpr std::uint32_t kOverriding = 1u << 29;

struct NeighborMessage {
  std::uint32_t flags = 0;
  net::Ipv6Address target;
  std::optional<net::MacAddress> mac;
};

// Finds the link-layer address among the options. Returns false if an option has length zero or is
// truncated, which makes the message invalid (RFC 4861, 7.1).
bool find_mac(Bytes options, OptionKind kind, std::optional<net::MacAddress>& mac) {
  while (!options.empty()) {
    if (options.size() < 2) return false;
    const std::size_t length = std::size_t{load_be<std::uint8_t>(options, 1)} * 8;
    if (length == 0 || length > options.size()) return false;
    if (load_be<std::uint8_t>(options) == kind && length == kMacOptionLength) {
      mac = load_mac(options, 2);
    }
    options = options.subspan(length);
  }
  return true;
}

std::optional<NeighborMessage> parse_neighbor(Bytes message, std::uint8_t type, OptionKind kind) {
  if (message.size() < kOptionsOffset) return std::nullopt;
  if (load_be<std::uint8_t>(message, 0) != type) return std::nullopt;
  if (load_be<std::uint8_t>(message, 1) != 0) return std::nullopt;
  NeighborMessage parsed;
  parsed.flags = load_be<std::uint32_t>(message, 4);
  parsed.target = load_ipv6(message, kTargetOffset);
  if (parsed.target.is_multicast()) return std::nullopt;
  if (!find_mac(message.subspan(kOptionsOffset), kind, parsed.mac)) return std::nullopt;
  return parsed;
}

void emit_body(MutableBytes message, net::Ipv6Address target, OptionKind kind,
               const std::optional<net::MacAddress>& mac) {
  store_ipv6(message, kTargetOffset, target);
  if (!mac) return;
  store_be(message, kOptionsOffset, static_cast<std::uint8_t>(kind));
  store_be(message, kOptionsOffset + 1, std::uint8_t{kMacOptionLength / 8});
  store_mac(message, kOptionsOffset + 2, *mac);
}

std::size_t neighbor_length(bool has_mac) {
  return kOptionsOffset + (has_mac ? kMacOptionLength : 0);
}

}  // namespace

std::optional<NeighborSolicitation> NeighborSolicitation::parse(Bytes message) {
  const auto parsed = parse_neighbor(message, icmpv6_type::kNeighborSolicitation, kSourceMac);
  if (!parsed) return std::nullopt;
  return NeighborSolicitation{.target = parsed->target, .source_mac = parsed->mac};
}

std::size_t NeighborSolicitation::length() const { return neighbor_length(source_mac.has_value()); }

void NeighborSolicitation::emit(MutableBytes message, net::Ipv6Address source,
                                net::Ipv6Address destination) const {
  emit_body(message, target, kSourceMac, source_mac);
  const IcmpHeader header{.type = icmpv6_type::kNeighborSolicitation};
  header.emit(message.first(length()), source, destination);
}

std::optional<NeighborAdvertisement> NeighborAdvertisement::parse(Bytes message) {
  const auto parsed = parse_neighbor(message, icmpv6_type::kNeighborAdvertisement, kTargetMac);
  if (!parsed) return std::nullopt;
  return NeighborAdvertisement{.target = parsed->target,
                               .from_router = (parsed->flags & kFromRouter) != 0,
                               .solicited = (parsed->flags & kSolicited) != 0,
                               .overriding = (parsed->flags & kOverriding) != 0,
                               .target_mac = parsed->mac};
}

std::size_t NeighborAdvertisement::length() const {
  return neighbor_length(target_mac.has_value());
}

void NeighborAdvertisement::emit(MutableBytes message, net::Ipv6Address source,
                                 net::Ipv6Address destination) const {
  emit_body(message, target, kTargetMac, target_mac);
  const std::uint32_t flags = (from_router ? kFromRouter : 0) | (solicited ? kSolicited : 0) |
                              (overriding ? kOverriding : 0);
  const IcmpHeader header{.type = icmpv6_type::kNeighborAdvertisement, .rest = flags};
  header.emit(message.first(length()), source, destination);
}

}  // namespace masscan::wire
