#include "targets/special_purpose.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "targets/target_parser.h"

namespace masscan::targets {
namespace {

// The IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190) as of May 2025,
// without the entries that lie within others, and the multicast ranges, which have registries of
// their own. Blocks that the registries call globally reachable, such as those of AS112, are
// here too: their addresses are services of the network, the same at many places.
constexpr SpecialPurpose kBlocks[] = {
    {"0.0.0.0/8", "This network", "RFC 791"},
    {"10.0.0.0/8", "Private-Use", "RFC 1918"},
    {"100.64.0.0/10", "Shared Address Space", "RFC 6598"},
    {"127.0.0.0/8", "Loopback", "RFC 1122"},
    {"169.254.0.0/16", "Link Local", "RFC 3927"},
    {"172.16.0.0/12", "Private-Use", "RFC 1918"},
    {"192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890"},
    {"192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737"},
    {"192.31.196.0/24", "AS112-v4", "RFC 7535"},
    {"192.52.193.0/24", "AMT", "RFC 7450"},
    {"192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526"},
    {"192.168.0.0/16", "Private-Use", "RFC 1918"},
    {"192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534"},
    {"198.18.0.0/15", "Benchmarking", "RFC 2544"},
    {"198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737"},
    {"203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737"},
    {"224.0.0.0/4", "Multicast", "RFC 5771"},
    {"240.0.0.0/4", "Reserved", "RFC 1112"},
    {"::/128", "Unspecified Address", "RFC 4291"},
    {"::1/128", "Loopback Address", "RFC 4291"},
    {"::ffff:0:0/96", "IPv4-mapped Address", "RFC 4291"},
    {"64:ff9b::/96", "IPv4-IPv6 Translation", "RFC 6052"},
    {"64:ff9b:1::/48", "IPv4-IPv6 Translation", "RFC 8215"},
    {"100::/64", "Discard-Only Address Block", "RFC 6666"},
    {"100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780"},
    {"2001::/23", "IETF Protocol Assignments", "RFC 2928"},
    {"2001:db8::/32", "Documentation", "RFC 3849"},
    {"2002::/16", "6to4", "RFC 3056"},
    {"2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534"},
    {"3fff::/20", "Documentation", "RFC 9637"},
    {"5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602"},
    {"fc00::/7", "Unique-Local", "RFC 4193"},
    {"fe80::/10", "Link-Local Unicast", "RFC 4291"},
    {"ff00::/8", "Multicast", "RFC 4291"},
};

AddressSet addresses_of(const SpecialPurpose& block) {
  Result<AddressSet> addresses = parse_addresses(block.prefix, "special-purpose blocks");
  CHECK(addresses);
  return *std::move(addresses);
}

// Neighbouring blocks count as one.
const AddressSet& all_blocks() {
  static const AddressSet all = [] {
    AddressSet set;
    for (const SpecialPurpose& block : kBlocks) set.add(addresses_of(block));
    return set;
  }();
  return all;
}

template <typename A>
RangeSet<A> parts_of(std::span<const Range<A>> ranges, std::span<const Range<A>> blocks) {
  std::vector<Range<A>> left_out;
  std::vector<Range<A>> meant;
  for (const Range<A>& range : ranges) {
    auto block = std::ranges::lower_bound(blocks, range.first, {}, &Range<A>::last);
    for (; block != blocks.end() && block->first <= range.last; ++block) {
      const bool is_within = block->first <= range.first && range.last <= block->last;
      (is_within ? meant : left_out)
          .push_back({std::max(block->first, range.first), std::min(block->last, range.last)});
    }
  }
  RangeSet<A> parts;
  RangeSet<A> kept;
  parts.add(std::move(left_out));
  kept.add(std::move(meant));
  parts.subtract(kept);
  return parts;
}

template <typename A>
bool overlap(const RangeSet<A>& a, RangeSet<A> b) {
  const Uint128 count = b.count();
  b.subtract(a);
  return b.count() != count;
}

}  // namespace

std::span<const SpecialPurpose> special_purpose_blocks() { return kBlocks; }

AddressSet special_purpose_parts(const AddressRanges& ranges) {
  const AddressSet& blocks = all_blocks();
  return {.v4 = parts_of<net::Ipv4Address>(ranges.v4, blocks.v4.ranges()),
          .v6 = parts_of<net::Ipv6Address>(ranges.v6, blocks.v6.ranges())};
}

AddressSet special_purpose_parts(const AddressSet& set) {
  const AddressSet& blocks = all_blocks();
  return {.v4 = parts_of(set.v4.ranges(), blocks.v4.ranges()),
          .v6 = parts_of(set.v6.ranges(), blocks.v6.ranges())};
}

std::string describe_blocks(const AddressSet& parts) {
  std::vector<const SpecialPurpose*> found;
  for (const SpecialPurpose& block : kBlocks) {
    const AddressSet addresses = addresses_of(block);
    if (overlap(parts.v4, addresses.v4) || overlap(parts.v6, addresses.v6)) found.push_back(&block);
  }
  if (found.empty()) return {};
  const SpecialPurpose& first = *found.front();
  const std::string text = fmt::format("{} ({}, {})", first.prefix, first.name, first.rfc);
  const std::size_t more = found.size() - 1;
  return more == 0 ? text : fmt::format("{} and {} more block{}", text, more, more == 1 ? "" : "s");
}

}  // namespace masscan::targets
