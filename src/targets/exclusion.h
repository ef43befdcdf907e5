// Excludes addresses. Excluding an IPv4 address also excludes the IPv6 addresses that embed it:
// IPv4-mapped ones (::ffff:a.b.c.d, RFC 4291, 2.5.5.2), those with the well-known prefix of
// translators (64:ff9b::a.b.c.d, RFC 6052, 2.1), and its 6to4 prefix (2002:aabb:ccdd::/48, RFC
// 3056, 2).
#pragma once

#include "net/ip_address.h"
#include "targets/address_set.h"
#include "targets/pair_set.h"

namespace masscan::targets {

bool is_excluded(const net::IpAddress& address, const AddressSet& excludes);

// Remove the excluded addresses.
void exclude(const AddressSet& excludes, AddressSet& targets);
void exclude(const AddressSet& excludes, PairSet& pairs);

}  // namespace masscan::targets
