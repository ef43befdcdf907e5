// Which addresses: the targets of a plan, or what is excluded from one. An ordinary value.
#pragma once

#include <string>
#include <vector>

#include "base/uint128.h"
#include "net/ip_address.h"
#include "net/prefix.h"
#include "targets/range_set.h"

namespace masscan::targets {

// Ranges of both families as they come out of a file, in any order.
struct AddressRanges {
  std::vector<Range<net::Ipv4Address>> v4;
  std::vector<Range<net::Ipv6Address>> v6;

  void add(const net::AddressRange& range);
};

struct AddressSet {
  RangeSet<net::Ipv4Address> v4;
  RangeSet<net::Ipv6Address> v6;

  void add(const net::AddressRange& range);
  // Millions at once.
  void add(AddressRanges ranges);
  void subtract(const AddressSet& other);

  bool contains(const net::IpAddress& address) const;
  bool empty() const { return v4.empty() && v6.empty(); }
  // How many addresses; 2^128-1 stands for anything above it too.
  Uint128 count() const;

  bool operator==(const AddressSet&) const = default;
};

// As masscan echoes ranges: "10.0.0.1", "10.0.0.0/24" if it is exactly a prefix, else
// "10.0.0.1-10.0.0.5".
std::string describe(const net::AddressRange& range);
// Each range of the set in that form, IPv4 first, ascending.
std::vector<std::string> describe(const AddressSet& set);

}  // namespace masscan::targets
