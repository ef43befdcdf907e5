// Probes an address on a link of ours by resolving it: ARP for IPv4 (RFC 826), Neighbor Discovery
// for IPv6 (RFC 4861). Who answers is up. The engine's neighbour table asks, up to three times
// each, so the kind has no frames of its own.
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

extern const Kind kArp;

}  // namespace masscan::probe
