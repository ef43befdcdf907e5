// What excluding an IPv4 address means: it is not reached in the clothes of IPv6 either. Addresses
// that carry it are excluded with it: IPv4-mapped ones (::ffff:a.b.c.d, RFC 4291, 2.5.5.2), those
// of the well-known prefix of translators (64:ff9b::a.b.c.d, RFC 6052, 2.1), and all of its 6to4
// prefix (2002:aabb:ccdd::/48, RFC 3056, 2).
#pragma once

#include "net/ip_address.h"
#include "targets/address_set.h"
#include "targets/pair_set.h"

namespace masscan::targets {

bool is_excluded(const net::IpAddress& address, const AddressSet& excludes);

// What is left after the excludes.
void exclude(const AddressSet& excludes, AddressSet& targets);
void exclude(const AddressSet& excludes, PairSet& pairs);

}  // namespace masscan::targets
