// For tests only: what the XDP program should do with a frame, said again and slowly.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "net/prefix.h"

namespace masscan::nic {

// What becomes of a frame: taken by a ring (its number), or one of these.
inline constexpr int kPassed = -1;
inline constexpr int kCopied = 2;  // to both rings, and passed
inline constexpr int kShared = 3;  // to a ring (+ its number), and passed

inline constexpr std::array<net::PortRange, 2> kPorts = {{{40000, 40002}, {40003, 40003}}};

inline net::IpAddress ip(std::string_view text) { return net::IpAddress::parse(text).value(); }

inline std::vector<net::AddressRange> our_addresses() {
  return {{ip("10.0.0.1"), ip("10.0.0.1")},
          {ip("10.9.0.4"), ip("10.9.0.7")},
          {ip("fd00::1"), ip("fd00::1")},
          {ip("fd00:9::ff"), ip("fd00:9::1:0")}};
}

class XdpOracle {
 public:
  explicit XdpOracle(std::vector<std::byte> frame) : frame_(std::move(frame)) {}

  int outcome() {
    std::size_t at = 12;
    for (int tags = 0; tags < 2 && (half(at) == 0x8100 || half(at) == 0x88a8); ++tags) at += 4;
    const std::uint16_t type = half(at);
    at += 2;
    if (type == 0x0806) return of_arp(at);
    if (type == 0x0800) return of_ipv4(at);
    if (type == 0x86dd) return of_ipv6(at);
    return kPassed;
  }

 private:
  // Bytes that are not there are zero, and remembered.
  std::uint8_t octet(std::size_t at) {
    if (at < frame_.size()) return load_be<std::uint8_t>(frame_, at);
    is_cut_ = true;
    return 0;
  }
  std::uint16_t half(std::size_t at) {
    return static_cast<std::uint16_t>(octet(at) << 8 | octet(at + 1));
  }
  net::IpAddress v4(std::size_t at) {
    return net::Ipv4Address(std::uint32_t{half(at)} << 16 | half(at + 2));
  }
  net::IpAddress v6(std::size_t at) {
    Uint128 number = 0;
    for (std::size_t i = 0; i < 16; ++i) number = number << 8 | octet(at + i);
    return net::Ipv6Address(number);
  }
  static bool is_ours(const net::IpAddress& address) {
    for (const net::AddressRange& range : our_addresses()) {
      if (range.contains(address)) return true;
    }
    return false;
  }
  int of_port(std::uint8_t protocol, std::size_t at) {
    const std::uint16_t port = half(at);
    if (is_cut_ || (protocol != IPPROTO_TCP && protocol != IPPROTO_SCTP)) return kPassed;
    for (int worker = 0; worker < 2; ++worker) {
      if (kPorts[static_cast<std::size_t>(worker)].contains(port)) return worker;
    }
    return kPassed;
  }

  // A ping of ours is an ICMP message of this type.
  int of_ping(std::size_t at, std::uint8_t type) {
    const bool is_right = octet(at) == type;
    const std::uint16_t identifier = half(at + 4);
    if (is_cut_ || !is_right) return kPassed;
    for (int worker = 0; worker < 2; ++worker) {
      if (kPorts[static_cast<std::size_t>(worker)].contains(identifier)) return kShared + worker;
    }
    return kPassed;
  }
  int of_quoted(std::uint8_t protocol, std::size_t at) {
    if (protocol == IPPROTO_ICMP) return of_ping(at, 8);
    if (protocol == IPPROTO_ICMPV6) return of_ping(at, 128);
    octet(at + 3);  // both ports are there
    return of_port(protocol, at);
  }

  int of_arp(std::size_t at) {
    const bool is_announcement = v4(at + 14) == v4(at + 24);
    const bool is_wanted = is_announcement || is_ours(v4(at + 24));
    const bool is_right = half(at + 2) == 0x0800 && octet(at + 4) == 6;
    return is_wanted && is_right && !is_cut_ ? kCopied : kPassed;
  }

  int of_ipv4(std::size_t at) {
    const std::size_t length = (octet(at) & 15u) * 4;
    const net::IpAddress to = v4(at + 16);
    if (octet(at) >> 4 != 4 || length < 20 || (half(at + 6) & 0x1fff) != 0) return kPassed;
    if (!is_ours(to)) return kPassed;
    if (octet(at + 9) != IPPROTO_ICMP) return of_port(octet(at + 9), at + length + 2);
    const std::uint8_t type = octet(at + length);
    octet(at + length + 7);
    if (type != 3 && type != 11) return of_ping(at + length, 0);
    const std::size_t quoted = at + length + 8;
    const std::size_t quoted_length = (octet(quoted) & 15u) * 4;
    if (octet(quoted) >> 4 != 4 || quoted_length < 20) return kPassed;
    if (v4(quoted + 12) != to || (half(quoted + 6) & 0x1fff) != 0) return kPassed;
    return of_quoted(octet(quoted + 9), quoted + quoted_length);
  }

  int of_ipv6(std::size_t at) {
    if (octet(at) >> 4 != 6) return kPassed;
    const net::IpAddress to = v6(at + 24);
    std::uint8_t protocol = octet(at + 6);
    at += 40;
    for (int i = 0; i < 4; ++i) {
      if (protocol != 0 && protocol != 43 && protocol != 44 && protocol != 60) break;
      if (protocol == 44 && (half(at + 2) & 0xfff8) != 0) return kPassed;
      const std::size_t length = protocol == 44 ? 8 : 8 + octet(at + 1) * std::size_t{8};
      octet(at + 7);
      protocol = octet(at);
      at += length;
    }
    if (protocol == IPPROTO_ICMPV6) return of_icmpv6(at, to);
    return is_ours(to) ? of_port(protocol, at + 2) : kPassed;
  }

  int of_icmpv6(std::size_t at, const net::IpAddress& to) {
    const std::uint8_t type = octet(at);
    octet(at + 7);
    if (type == 135) return is_ours(v6(at + 8)) && !is_cut_ ? kCopied : kPassed;
    if (type == 136) {
      const bool is_for_us = is_ours(to) || to.v6().is_multicast();
      return is_for_us && !is_cut_ ? kCopied : kPassed;
    }
    if (type < 1 || type > 4) return is_ours(to) ? of_ping(at, 129) : kPassed;
    const std::size_t quoted = at + 8;
    if (octet(quoted) >> 4 != 6) return kPassed;
    if (!is_ours(to) || v6(quoted + 8) != to) return kPassed;
    return of_quoted(octet(quoted + 6), quoted + 40);
  }

  const std::vector<std::byte> frame_;
  bool is_cut_ = false;
};

}  // namespace masscan::nic
