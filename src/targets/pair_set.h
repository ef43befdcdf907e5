// A set of single (address, port) pairs, such as "10.0.0.1:80" in a list. An IPv4 pair takes 8
// bytes, an IPv6 pair 24. A value type.
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

// A pair as one number, with the address above the port.
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
  std::uint64_t high_;  // two words, because one of 128 bits would be padded to 32 bytes
  std::uint64_t low_;
  std::uint32_t port_;
};

// Pairs in any order, with repetitions, as read from a file.
struct PairList {
  std::vector<Ipv4Pair> v4;
  std::vector<Ipv6Pair> v6;

  void add(const Target& target);
  void append(PairList other);
  bool empty() const { return v4.empty() && v6.empty(); }
};

class PairSet {
 public:
  // Adds millions of pairs at once in O(n log n). Takes over the list's memory if the set is empty.
  void add(PairList pairs);
  // Remove all pairs with one of these addresses, with one of these ports, or with both.
  void subtract(const AddressSet& addresses);
  void subtract(const PortSet& ports);
  void subtract_product(const AddressSet& addresses, const PortSet& ports);

  bool empty() const { return pairs_.empty(); }
  std::uint64_t size() const { return pairs_.v4.size() + pairs_.v6.size(); }
  // Returns the pair with number `position` < size(): IPv4 first, addresses ascending, then ports.
  Target at(std::uint64_t position) const {
    const std::size_t v4_count = pairs_.v4.size();
    return position < v4_count ? pairs_.v4[position].target()
                               : pairs_.v6[position - v4_count].target();
  }
  // Returns the position of a pair, or nullopt. A binary search.
  std::optional<std::uint64_t> index_of(const Target& target) const;
  // Returns the addresses of all pairs.
  AddressSet addresses() const;

  bool operator==(const PairSet& other) const;

 private:
  template <typename Predicate>
  void erase_if(Predicate is_gone);

  PairList pairs_;  // sorted, unique
};

// Writes the pairs in order, joined with commas into texts of a readable length.
std::vector<std::string> describe(const PairSet& set);

}  // namespace masscan::targets
