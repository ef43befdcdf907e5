// Protocol numbers, and the addresses inside headers.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/mac_address.h"

namespace masscan::wire {

// Other values occur too: both enumerations hold any value of a frame.
enum class EtherType : std::uint16_t { kIpv4 = 0x0800, kArp = 0x0806, kIpv6 = 0x86dd };

enum class Protocol : std::uint8_t {
  kHopByHop = 0,
  kIcmp = 1,
  kTcp = 6,
  kUdp = 17,
  kRouting = 43,
  kFragment = 44,
  kAuthentication = 51,
  kIcmpv6 = 58,
  kDestinationOptions = 60,
  kSctp = 132,
  kMobility = 135,
};

inline net::MacAddress load_mac(Bytes from, std::size_t offset) {
  DCHECK(offset + 6 <= from.size());
  std::array<std::byte, 6> octets;
  std::memcpy(octets.data(), from.data() + offset, octets.size());
  return net::MacAddress(octets);
}

inline void store_mac(MutableBytes to, std::size_t offset, const net::MacAddress& address) {
  DCHECK(offset + 6 <= to.size());
  std::memcpy(to.data() + offset, address.octets().data(), 6);
}

inline net::Ipv4Address load_ipv4(Bytes from, std::size_t offset) {
  return net::Ipv4Address(load_be<std::uint32_t>(from, offset));
}

inline void store_ipv4(MutableBytes to, std::size_t offset, net::Ipv4Address address) {
  store_be<std::uint32_t>(to, offset, address.number());
}

inline net::Ipv6Address load_ipv6(Bytes from, std::size_t offset) {
  return net::Ipv6Address(
      make_uint128(load_be<std::uint64_t>(from, offset), load_be<std::uint64_t>(from, offset + 8)));
}

inline void store_ipv6(MutableBytes to, std::size_t offset, net::Ipv6Address address) {
  store_be<std::uint64_t>(to, offset, high64(address.number()));
  store_be<std::uint64_t>(to, offset + 8, low64(address.number()));
}

}  // namespace masscan::wire
