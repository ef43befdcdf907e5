/* The interface between the simulated network's XDP program and its loader, lab_net: the
 * settings of the network and the names of its counters. Common subset of C and C++. */
#pragma once

#include "sim/truth.h"

struct network_settings {
  struct truth truth;
  uint32_t loss_ppm;         /* lost SYNs of a million, chosen at random */
  uint32_t measures_windows; /* reads the clock for each SYN */
};

/* The number of SYNs in the present millisecond, and the maximum of all milliseconds. */
struct network_window {
  uint64_t began_ns;
  uint64_t count;
  uint64_t most;
};

/* Arrival of the first and last SYN, to compute the rate. Zero: none yet. */
struct network_span {
  uint64_t first_ns;
  uint64_t last_ns;
};

enum network_counter {
  NETWORK_SYNS,      /* SYNs that arrived, answered or not */
  NETWORK_PINGS,     /* ICMP requests that arrived at simulated addresses, answered or not */
  NETWORK_DATAGRAMS, /* of UDP, likewise */
  NETWORK_INITS,     /* of SCTP */
  NETWORK_PACKETS,   /* of other protocols */
  NETWORK_LOST,      /* of these, dropped according to loss_ppm */
  NETWORK_OPEN,      /* answered with a SYN-ACK, a datagram, an INIT ACK or a reply */
  NETWORK_CLOSED,    /* answered with a RST, an ABORT or an ICMP error */
  NETWORK_SEGMENTS,  /* of TCP connections to open ports, in a network that speaks */
  NETWORK_OTHER,     /* other TCP segments and SCTP packets to simulated addresses: dropped */
  NETWORK_PASSED,    /* everything else: the kernel answers ARP, NDP and pings of its addresses */
  NETWORK_COUNTERS
};
