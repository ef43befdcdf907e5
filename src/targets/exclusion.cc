#include "targets/exclusion.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/uint128.h"

namespace masscan::targets {
namespace {

// How an IPv6 address embeds an IPv4 address: behind a prefix, in front of arbitrary bits.
struct Form {
  Uint128 prefix;
  int bits_behind;

  constexpr Uint128 first(net::Ipv4Address v4) const {
    return prefix | (Uint128{v4.number()} << bits_behind);
  }
  constexpr Uint128 last(net::Ipv4Address v4) const {
    return first(v4) | ((Uint128{1} << bits_behind) - 1);
  }
  constexpr net::Ipv4Address carried(net::Ipv6Address address) const {
    return net::Ipv4Address(static_cast<std::uint32_t>(address.number() >> bits_behind));
  }
};

constexpr std::array<Form, 3> kForms = {{
    {make_uint128(0, 0x0000'ffff'0000'0000), 0},
    {make_uint128(0x0064'ff9b'0000'0000, 0), 0},
    {make_uint128(0x2002'0000'0000'0000, 0), 80},
}};

// Returns all IPv6 addresses that embed one of these.
AddressSet embeddings_of(const RangeSet<net::Ipv4Address>& set) {
  std::vector<Range<net::Ipv6Address>> ranges;
  ranges.reserve(kForms.size() * set.ranges().size());
  for (const Form& form : kForms) {
    for (const auto& [first, last] : set.ranges()) {
      ranges.push_back({net::Ipv6Address(form.first(first)), net::Ipv6Address(form.last(last))});
    }
  }
  AddressSet carriers;
  carriers.v6.add(std::move(ranges));
  return carriers;
}

}  // namespace

bool is_excluded(const net::IpAddress& address, const AddressSet& excludes) {
  if (excludes.contains(address)) return true;
  if (address.is_v4() || excludes.v4.empty()) return false;
  for (const Form& form : kForms) {
    const net::Ipv4Address v4 = form.carried(address.v6());
    const Uint128 number = address.v6().number();
    const bool has_form = form.first(v4) <= number && number <= form.last(v4);
    if (has_form && excludes.v4.contains(v4)) return true;
  }
  return false;
}

void exclude(const AddressSet& excludes, AddressSet& targets) {
  targets.subtract(excludes);
  if (!targets.v6.empty()) targets.subtract(embeddings_of(excludes.v4));
}

void exclude(const AddressSet& excludes, PairSet& pairs) {
  pairs.subtract(excludes);
  if (!pairs.empty()) pairs.subtract(embeddings_of(excludes.v4));
}

}  // namespace masscan::targets
