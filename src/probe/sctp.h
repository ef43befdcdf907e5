// Probes an SCTP port with an INIT chunk (RFC 9260, 5.1): an INIT ACK means open, an ABORT closed.
// The cookie is the initiate tag, which every answer has as its verification tag. An ABORT ends the
// half association of an INIT ACK.
//
// Or with a COOKIE ECHO of a cookie that the target never gave: an open port is silent, a closed
// one answers with an ABORT that returns our verification tag (RFC 9260, 8.4), which is the cookie.
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

extern const Kind kSctp;

}  // namespace masscan::probe
