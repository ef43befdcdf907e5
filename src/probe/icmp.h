// Probes an address with an ICMP or ICMPv6 echo request (--ping, I:0), or over IPv4 with an ICMP
// timestamp request (I:1) or address mask request (I:3; masscan's I:2 is ARP).
//
// The identifier is our port number: it selects the worker for the reply, and kernels and NATs
// treat it like a port. The cookie is the sequence number and the two bytes behind it: of the
// payload of an echo request, of the originate timestamp; an address mask request has only the
// sequence number. An ICMP error quotes at least half of the cookie.
#pragma once

#include "net/port.h"
#include "probe/kind.h"

namespace masscan::probe {

inline constexpr net::Port kEchoPort = {net::Transport::kIcmp, 0};
inline constexpr net::Port kTimestampPort = {net::Transport::kIcmp, 1};
inline constexpr net::Port kAddressMaskPort = {net::Transport::kIcmp, 3};

extern const Kind kIcmp;

}  // namespace masscan::probe
