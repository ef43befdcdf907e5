#include "targets/address_set.h"

#include <fmt/format.h>

#include <bit>
#include <limits>
#include <optional>
#include <utility>

namespace masscan::targets {
namespace {

// Returns the prefix that covers exactly this block, or nullopt.
template <typename A>
std::optional<net::Prefix> exact_prefix(A first, A last) {
  const auto hosts = static_cast<typename A::Number>(first.number() ^ last.number());
  if ((hosts & (hosts + 1)) != 0 || (first.number() & hosts) != 0) return std::nullopt;
  int length = A::kBits;
  for (auto rest = hosts; rest != 0; rest >>= 1) --length;
  return net::Prefix{first, static_cast<std::uint8_t>(length)};
}

std::optional<net::Prefix> exact_prefix(const net::AddressRange& range) {
  return range.first.is_v4() ? exact_prefix(range.first.v4(), range.last.v4())
                             : exact_prefix(range.first.v6(), range.last.v6());
}

template <typename A>
void append(std::vector<std::string>& texts, const RangeSet<A>& set) {
  for (const Range<A>& range : set.ranges()) texts.push_back(describe({range.first, range.last}));
}

}  // namespace

void AddressRanges::add(const net::AddressRange& range) {
  CHECK(range.first.family() == range.last.family());
  if (range.first.is_v4()) {
    v4.push_back({range.first.v4(), range.last.v4()});
  } else {
    v6.push_back({range.first.v6(), range.last.v6()});
  }
}

void AddressSet::add(const net::AddressRange& range) {
  CHECK(range.first.family() == range.last.family());
  if (range.first.is_v4()) {
    v4.add(range.first.v4(), range.last.v4());
  } else {
    v6.add(range.first.v6(), range.last.v6());
  }
}

void AddressSet::add(AddressRanges ranges) {
  v4.add(std::move(ranges.v4));
  v6.add(std::move(ranges.v6));
}

void AddressSet::add(const AddressSet& other) {
  add(AddressRanges{.v4 = {other.v4.ranges().begin(), other.v4.ranges().end()},
                    .v6 = {other.v6.ranges().begin(), other.v6.ranges().end()}});
}

void AddressSet::subtract(const AddressSet& other) {
  v4.subtract(other.v4);
  v6.subtract(other.v6);
}

bool AddressSet::contains(const net::IpAddress& address) const {
  return address.is_v4() ? v4.contains(address.v4()) : v6.contains(address.v6());
}

Uint128 AddressSet::count() const {
  const Uint128 sum = v4.count() + v6.count();
  return sum < v6.count() ? std::numeric_limits<Uint128>::max() : sum;
}

std::string describe(const net::AddressRange& range) {
  if (range.first == range.last) return to_string(range.first);
  if (const auto prefix = exact_prefix(range)) return to_string(*prefix);
  return fmt::format("{}-{}", to_string(range.first), to_string(range.last));
}

std::vector<std::string> describe(const AddressSet& set) {
  std::vector<std::string> texts;
  append(texts, set.v4);
  append(texts, set.v6);
  return texts;
}

}  // namespace masscan::targets
