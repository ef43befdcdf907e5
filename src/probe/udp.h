// Probes a UDP port with the requests that its services answer, one after the other, or with an
// empty datagram.
//
// The cookie is in the request, where the protocol has room for a number that it returns; and it
// selects our port. A reply must come from the port that was asked, unless the protocol is known to
// answer from another one (TFTP: RFC 1350, 4).
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

extern const Kind kUdp;

}  // namespace masscan::probe
