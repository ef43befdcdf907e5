// What a service answered, on its way to the writer, which reads it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::engine {

class Datagram {
 public:
  static constexpr std::size_t kMaxBytes = 1472;  // of a frame of Ethernet over IPv4

  Datagram() = default;
  // Longer payloads are cut.
  Datagram(WallTime time, const net::IpAddress& address, net::Port port, std::uint8_t ttl,
           Bytes payload)
      : time_(time),
        address_(address),
        port_(port),
        ttl_(ttl),
        length_(static_cast<std::uint16_t>(std::min(payload.size(), kMaxBytes))) {
    std::ranges::copy(payload.first(length_), bytes_.begin());
  }

  WallTime time() const { return time_; }
  const net::IpAddress& address() const { return address_; }
  net::Port port() const { return port_; }
  std::uint8_t ttl() const { return ttl_; }
  Bytes payload() const { return Bytes(bytes_).first(length_); }

 private:
  WallTime time_{};
  net::IpAddress address_{};
  net::Port port_{};
  std::uint8_t ttl_ = 0;
  std::uint16_t length_ = 0;
  std::array<std::byte, kMaxBytes> bytes_;
};

}  // namespace masscan::engine
