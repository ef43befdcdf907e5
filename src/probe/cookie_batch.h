// Computes the cookies of many targets at once, for the packet path: the same values as Cookie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/instruction_set.h"
#include "base/siphash_batch.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "probe/cookie.h"

namespace masscan::probe {

// Targets by column; all spans are equally long. Borrowed.
struct TargetColumns {
  std::span<const net::Family> families;
  std::span<const std::uint64_t> high;  // of the addresses, as IpAddress has them
  std::span<const std::uint64_t> low;
  std::span<const net::Port> ports;

  TargetColumns part(std::size_t first, std::size_t count) const {
    return {families.subspan(first, count), high.subspan(first, count), low.subspan(first, count),
            ports.subspan(first, count)};
  }
};

class CookieBatch {
 public:
  static constexpr std::size_t kMost = 256;  // targets in one call

  CookieBatch(const Cookie& cookie, InstructionSet instructions)
      : key_(cookie.key()), hash_(siphash_batch(instructions)) {}

  // REQUIRES: `cookies` is as long as the columns.
  void operator()(const TargetColumns& targets, std::span<std::uint64_t> cookies) const;

 private:
  void hash_ipv4(const TargetColumns& targets, std::span<std::uint64_t> cookies) const;
  void hash_ipv6(const TargetColumns& targets, std::span<std::uint64_t> cookies) const;

  SipKey key_;
  SipHashBatch hash_;
};

}  // namespace masscan::probe
