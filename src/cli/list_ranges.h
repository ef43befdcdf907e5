// `--readrange` and `--echo-cidr`: the targets as they are after all excludes, a block a line.
#pragma once

#include <string>

#include "targets/address_set.h"

namespace masscan::cli {

// "10.0.0.1", "10.0.0.0/24" where it is exactly a prefix, else "10.0.0.1-10.0.0.5"; IPv6 without
// prefixes, as masscan prints it.
std::string ranges_text(const targets::AddressSet& targets);
// The fewest prefixes, each with its "/n".
std::string cidr_text(const targets::AddressSet& targets);

}  // namespace masscan::cli
