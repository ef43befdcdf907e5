// Which ports at which addresses, one by one: what "10.0.0.1:80" in a list means. However many,
// 8 bytes an IPv4 pair and 24 an IPv6 pair. An ordinary value.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "targets/address_set.h"
#include "targets/port_set.h"
#include "targets/target.h"

namespace masscan::targets {

// A pair as one number, the address above the port.
class Ipv4Pair {
 public:
  Ipv4Pair(net::Ipv4Address address, net::Port port);
  Target target() const;
  auto operator<=>(const Ipv4Pair&) const = default;

 private:
  std::uint64_t number_;
};

class Ipv6Pair {
 public:
  Ipv6Pair(net::Ipv6Address address, net::Port port);
  Target target() const;
  auto operator<=>(const Ipv6Pair&) const = default;

 private:
  std::uint64_t high_;  // two words, as 128 bits in one would be padded to 32 bytes
  std::uint64_t low_;
  std::uint32_t port_;
};

// Pairs as they come out of a file, in any order and any number of times.
struct PairList {
  std::vector<Ipv4Pair> v4;
  std::vector<Ipv6Pair> v6;

  void add(const Target& target);
  void append(PairList other);
  bool empty() const { return v4.empty() && v6.empty(); }
};

class PairSet {
 public:
  // Millions at once: O(n log n). The list's memory becomes the set's where the set was empty.
  void add(PairList pairs);
  // Drops every pair with such an address, with such a port, or with both.
  void subtract(const AddressSet& addresses);
  void subtract(const PortSet& ports);
  void subtract_product(const AddressSet& addresses, const PortSet& ports);

  bool empty() const { return pairs_.empty(); }
  std::uint64_t size() const { return pairs_.v4.size() + pairs_.v6.size(); }
  // The pair with number `position` below size(): IPv4 first, addresses ascending, then ports.
  Target at(std::uint64_t position) const {
    const std::size_t v4_count = pairs_.v4.size();
    return position < v4_count ? pairs_.v4[position].target()
                               : pairs_.v6[position - v4_count].target();
  }
  // A binary search.
  std::optional<std::uint64_t> index_of(const Target& target) const;
  // The addresses of all pairs.
  AddressSet addresses() const;

  bool operator==(const PairSet& other) const;

 private:
  template <typename Predicate>
  void erase_if(Predicate is_gone);

  PairList pairs_;  // sorted, each once
};

// The pairs in order, joined with commas, many in a text but no text too long to be read.
std::vector<std::string> describe(const PairSet& set);

}  // namespace masscan::targets
