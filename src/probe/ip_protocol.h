// Probes which protocols an address understands behind IP (O:47, nmap's -sO): a packet of each
// protocol, with the smallest contents that make sense.
//
// Open: an answer of the protocol that returns the cookie (TCP, SCTP, ICMP), or ICMP "port
// unreachable" for UDP. Closed: ICMP "protocol unreachable". Most protocols answer nothing that
// proves anything, so they are silent if they are open. Every protocol is a kind of its own,
// because filters look for our port in another place.
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

// Returns null for numbers above 255.
const Kind* ip_protocol_kind(std::uint16_t number);

}  // namespace masscan::probe
