// A set of addresses of both families: the targets of a plan, or its excludes. A value type.
#pragma once

#include <string>
#include <vector>

#include "base/uint128.h"
#include "net/ip_address.h"
#include "net/prefix.h"
#include "targets/range_set.h"

namespace masscan::targets {

// Ranges of both families in any order, as read from a file.
struct AddressRanges {
  std::vector<Range<net::Ipv4Address>> v4;
  std::vector<Range<net::Ipv6Address>> v6;

  void add(const net::AddressRange& range);
};

struct AddressSet {
  RangeSet<net::Ipv4Address> v4;
  RangeSet<net::Ipv6Address> v6;

  void add(const net::AddressRange& range);
  // Adds millions of ranges at once.
  void add(AddressRanges ranges);
  void add(const AddressSet& other);
  void subtract(const AddressSet& other);

  bool contains(const net::IpAddress& address) const;
  bool empty() const { return v4.empty() && v6.empty(); }
  // Returns the number of addresses, at most 2^128-1.
  Uint128 count() const;

  bool operator==(const AddressSet&) const = default;
};

// Writes a range as masscan echoes it: "10.0.0.1", "10.0.0.0/24" if it is exactly a prefix,
// otherwise "10.0.0.1-10.0.0.5".
std::string describe(const net::AddressRange& range);
// Writes each range of the set in that form, IPv4 first, ascending.
std::vector<std::string> describe(const AddressSet& set);

}  // namespace masscan::targets
