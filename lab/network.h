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
  NETWORK_LOST,      /* of these, dropped according to loss_ppm */
  NETWORK_OPEN,      /* answered with a SYN-ACK, a datagram or an echo reply */
  NETWORK_CLOSED,    /* answered with a RST */
  NETWORK_OTHER,     /* other TCP segments to simulated addresses: dropped */
  /* everything else: passed to the kernel, which answers ARP, NDP and pings of its own addresses */
  NETWORK_PASSED,
  NETWORK_COUNTERS
};
