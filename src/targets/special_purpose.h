// Addresses that are no hosts of the Internet: private, loopback, multicast, documentation and the
// like. Nobody who scans a larger range means them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "targets/address_set.h"

namespace masscan::targets {

struct SpecialPurpose {
  std::string_view prefix;
  std::string_view name;  // as in the registry
  std::string_view rfc;
};

// Returns the blocks, IPv4 first. None is part of another one.
std::span<const SpecialPurpose> special_purpose_blocks();

// Returns the special-purpose addresses of those ranges that reach beyond a block. A range within
// one block was meant, so none of its addresses is returned, even if a larger range holds them too.
AddressSet special_purpose_parts(const AddressRanges& ranges);
AddressSet special_purpose_parts(const AddressSet& set);

// Names the blocks that `parts` belong to: "10.0.0.0/8 (Private-Use, RFC 1918) and 3 more blocks".
std::string describe_blocks(const AddressSet& parts);

}  // namespace masscan::targets
