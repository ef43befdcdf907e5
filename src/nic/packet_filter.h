// The classic BPF program with which the kernel keeps other people's traffic out of our receive
// ring. It lets through what could be for us; who it is from is judged later.
#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

#include "net/packet_pattern.h"
#include "net/port.h"
#include "nic/queue_pair.h"

namespace masscan::nic {

// Accepts replies to probes of these patterns from these ports, ICMP and ICMPv6 errors, Neighbor
// Solicitations and Advertisements, and on Ethernet ARP. Of a reply in fragments the first one is
// accepted, which has the ports. Other IPv6 extension headers are dropped: no reply has them.
std::vector<sock_filter> make_packet_filter(LinkLayer link_layer,
                                            std::span<const net::ProbePatterns> patterns,
                                            net::PortRange ports);

}  // namespace masscan::nic
