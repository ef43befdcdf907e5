// `--readrange` and `--echo-cidr`: the targets without the excludes, one block per line.
#pragma once

#include <string>

#include "targets/address_set.h"

namespace masscan::cli {

// Prints "10.0.0.1", "10.0.0.0/24" for an exact prefix, and "10.0.0.1-10.0.0.5" for anything else.
// IPv6 is printed without prefixes, as masscan does.
std::string ranges_text(const targets::AddressSet& targets);
// Prints the smallest number of prefixes, each with its "/n".
std::string cidr_text(const targets::AddressSet& targets);

}  // namespace masscan::cli
