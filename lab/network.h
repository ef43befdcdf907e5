/* What the simulated network's XDP program and the program that loads it (lab_net) must agree on:
 * the settings of the network and the names of its counters. Common subset of C and C++. */
#pragma once

#include "sim/truth.h"

struct network_settings {
  struct truth truth;
  uint32_t
      loss_ppm; /* of a million SYNs, how many are lost on their way, another choice each time */
  uint32_t measures_windows; /* which costs a look at the clock for each SYN */
};

/* How evenly SYNs arrive: how many came in the present millisecond, and in the fullest one. */
struct network_window {
  uint64_t began_ns;
  uint64_t count;
  uint64_t most;
};

/* When the first and the last SYN arrived: what a rate is measured by. Zero: none yet. */
struct network_span {
  uint64_t first_ns;
  uint64_t last_ns;
};

enum network_counter {
  NETWORK_SYNS,   /* SYNs that arrived, answered or not */
  NETWORK_PINGS,  /* echo requests that arrived at simulated addresses, answered or not */
  NETWORK_LOST,   /* of these, dropped as the loss wants it */
  NETWORK_OPEN,   /* answered SYN-ACK, or with an echo */
  NETWORK_CLOSED, /* answered RST */
  NETWORK_OTHER,  /* other TCP segments to simulated addresses: dropped */
  /* everything else: left to the kernel, which answers ARP, NDP and pings of its own addresses */
  NETWORK_PASSED,
  NETWORK_COUNTERS
};
