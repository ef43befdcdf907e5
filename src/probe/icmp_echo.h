// Asks an address with an ICMP or ICMPv6 echo request (--ping, I:0).
//
// The identifier is our port, so that an answer finds the worker that asked, and kernels and NATs
// do with it as with ports. The cookie is the sequence number and the first two bytes of the
// payload; the rest of it is masscan's. So every error quotes half of the cookie at least.
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

extern const Kind kIcmpEcho;

}  // namespace masscan::probe
