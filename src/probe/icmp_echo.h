// Probes an address with an ICMP or ICMPv6 echo request (--ping, I:0).
//
// The identifier is our port number: it selects the worker for the reply, and kernels and NATs
// treat it like a port. The cookie is the sequence number and the first two bytes of the payload;
// the rest of the payload is masscan's. An ICMP error quotes at least half of the cookie.
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

extern const Kind kIcmpEcho;

}  // namespace masscan::probe
