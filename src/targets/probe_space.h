// Numbers the targets of a plan: N = addresses x ports + pairs. Converts an index to its target and
// back.
//
//   index = port position * address count + address position, below addresses x ports
//   index = addresses x ports + pair position, above
//
// Ports are in the order of PortSet. Addresses ascend, IPv4 before IPv6. The addresses of the first
// port are therefore the first block of indexes. Pairs are in the order of PairSet. Paused scans
// store these numbers together with a seed: never change the numbering.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/divider.h"
#include "base/result.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "targets/address_set.h"
#include "targets/pair_set.h"
#include "targets/port_set.h"
#include "targets/range_index.h"
#include "targets/target.h"
#include "targets/target_batch.h"

namespace masscan::targets {

class ProbeSpace {
 public:
  // REQUIRES: excludes are already removed. Errors: no targets, addresses without ports, or 2^63
  // targets or more. Ports without addresses add no targets.
  static Result<ProbeSpace> make(AddressSet addresses, PortSet ports, PairSet pairs = {});

  std::uint64_t size() const { return size_; }
  // Returns the target of an index < size(). Used in the packet path.
  Target at(std::uint64_t index) const {
    DCHECK(index < size_);
    if (index >= product_size_) [[unlikely]]
      return pairs_.at(index - product_size_);
    const std::uint64_t port = by_address_count_.quotient(index);
    return {address_at(index - port * by_address_count_.divisor()), ports_.at(port)};
  }
  // Returns the targets of many indexes, equal to those of `at`.
  void at(std::span<const std::uint64_t> indexes, TargetBatch& targets) const;
  // Returns nullopt if it is not a target.
  std::optional<std::uint64_t> index_of(const net::IpAddress& address, net::Port port) const;
  // Returns a hash of everything that decides the numbering.
  std::uint64_t fingerprint() const;

  const AddressSet& addresses() const { return addresses_; }
  const PortSet& ports() const { return ports_; }
  // The pairs outside addresses x ports.
  const PairSet& pairs() const { return pairs_; }

 private:
  ProbeSpace(AddressSet addresses, PortSet ports, PairSet pairs, std::uint64_t address_count);

  template <typename A>
  void at_product(const RangeIndex<A>& addresses, std::span<const Range<A>> ranges,
                  std::span<const std::uint64_t> indexes, TargetBatch& targets) const;
  net::IpAddress address_at(std::uint64_t position) const {
    if (position < v4_.size()) return v4_.at(addresses_.v4.ranges(), position);
    return v6_.at(addresses_.v6.ranges(), position - v4_.size());
  }
  std::optional<std::uint64_t> address_position(const net::IpAddress& address) const;

  AddressSet addresses_;
  PortSet ports_;
  PairSet pairs_;
  RangeIndex<net::Ipv4Address> v4_;
  RangeIndex<net::Ipv6Address> v6_;
  Divider by_address_count_;
  std::uint64_t product_size_;
  std::uint64_t size_;
};

}  // namespace masscan::targets
