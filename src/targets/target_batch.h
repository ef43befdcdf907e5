// A batch of targets as columns, for code that computes a batch at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "targets/target.h"

namespace masscan::targets {

struct TargetBatch {
  static constexpr std::size_t kMost = 256;

  // The addresses, as in IpAddress.
  std::array<std::uint64_t, kMost> high;
  std::array<std::uint64_t, kMost> low;
  std::array<net::Family, kMost> families;
  std::array<net::Port, kMost> ports;
  std::size_t count = 0;

  void set(std::size_t i, net::Ipv4Address address) {
    families[i] = net::Family::kIpv4;
    high[i] = 0;
    low[i] = address.number();
  }
  void set(std::size_t i, net::Ipv6Address address) {
    families[i] = net::Family::kIpv6;
    high[i] = high64(address.number());
    low[i] = low64(address.number());
  }
  void set(std::size_t i, const Target& target) {
    families[i] = target.address.family();
    high[i] = target.address.high();
    low[i] = target.address.low();
    ports[i] = target.port;
  }
  net::IpAddress address(std::size_t i) const {
    DCHECK(i < count);
    return {families[i], high[i], low[i]};
  }
  Target target(std::size_t i) const { return {address(i), ports[i]}; }
};

}  // namespace masscan::targets
