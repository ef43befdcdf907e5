// Arbitrary values of our types, for use in a rapidcheck property.
#pragma once

#include <rapidcheck.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/uint128.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "wire/tcp.h"

namespace masscan::test {

// Returns any number or truth value, all about equally likely. Rapidcheck's own numbers stay small
// in short runs.
template <typename T>
T any() {
  return *rc::gen::resize(1000, rc::gen::arbitrary<T>());
}

template <typename T>
std::optional<T> any_optional() {
  return any<bool>() ? std::optional<T>(any<T>()) : std::nullopt;
}

inline std::vector<std::byte> any_bytes(std::size_t max_length) {
  const auto length = *rc::gen::inRange<std::size_t>(0, max_length + 1);
  std::vector<std::byte> bytes(length);
  for (std::byte& byte : bytes) byte = std::byte{any<std::uint8_t>()};
  return bytes;
}

inline net::MacAddress any_mac() {
  std::array<std::byte, 6> octets;
  for (std::byte& octet : octets) octet = std::byte{any<std::uint8_t>()};
  return net::MacAddress(octets);
}

inline net::Ipv4Address any_ipv4() { return net::Ipv4Address(any<std::uint32_t>()); }

inline net::Ipv6Address any_ipv6() {
  return net::Ipv6Address(make_uint128(any<std::uint64_t>(), any<std::uint64_t>()));
}

inline wire::TcpOptions any_tcp_options() {
  wire::TcpOptions options;
  options.mss = any_optional<std::uint16_t>();
  options.sack_permitted = any<bool>();
  options.window_scale = any_optional<std::uint8_t>();
  if (any<bool>()) {
    options.timestamp = wire::TcpTimestamp{any<std::uint32_t>(), any<std::uint32_t>()};
  }
  return options;
}

inline wire::TcpHeader any_tcp_header() {
  return {.source_port = any<std::uint16_t>(),
          .destination_port = any<std::uint16_t>(),
          .sequence = any<std::uint32_t>(),
          .acknowledgment = any<std::uint32_t>(),
          .flags = any<std::uint8_t>(),
          .window = any<std::uint16_t>(),
          .urgent = any<std::uint16_t>(),
          .options = any_tcp_options()};
}

}  // namespace masscan::test
