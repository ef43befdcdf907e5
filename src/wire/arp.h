// ARP for IPv4 over Ethernet (RFC 826).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/mac_address.h"

namespace masscan::wire {

struct ArpMessage {
  static constexpr std::size_t kLength = 28;
  enum class Operation : std::uint16_t { kRequest = 1, kReply = 2 };

  Operation operation = Operation::kRequest;
  net::MacAddress sender_mac{};
  net::Ipv4Address sender{};
  net::MacAddress target_mac{};  // zero in a request
  net::Ipv4Address target{};

  // Returns nullopt unless it is a request or a reply for IPv4 over Ethernet. Bytes after it are
  // padding.
  static std::optional<ArpMessage> parse(Bytes message);
  void emit(MutableBytes message) const;
  bool operator==(const ArpMessage&) const = default;
};

}  // namespace masscan::wire
