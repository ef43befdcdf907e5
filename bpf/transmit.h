/* The ring of frames shared by the sending programs (transmit.bpf.c) and nic/xdp/sender. Common
 * subset of C and C++.
 */
#pragma once

#include <linux/types.h>

enum {
  TRANSMIT_SLOTS = 2048,   /* a power of two */
  TRANSMIT_LONGEST = 1536, /* bytes of a frame: Ethernet with two VLAN tags */
  TRANSMIT_BATCH = 64,     /* frames passed to the driver at a time */
};

/* The length is an odd number of pairs of cache lines. The beginnings of the slots, all that a
 * probe uses, are thereby spread over the sets of a cache. */
struct transmit_slot {
  __u32 length;
  __u32 unused;
  __u8 bytes[TRANSMIT_LONGEST];
  __u8 padding[120];
};

/* Slot numbers only grow: slot n is at index n modulo TRANSMIT_SLOTS. */
struct transmit_ring {
  /* Written by the engine. */
  __u64 produced;  /* slots before this one hold frames to send */
  __u32 is_closed; /* stop sending and end */
  /* Set by the program when its run ends because there are no frames; cleared by the engine when it
   * starts a new run. */
  __u32 is_asleep;
  __u64 gap_ns;    /* minimum between two frames */
  __u8 apart[104]; /* puts the rest on other cache lines */

  /* Written by the programs. */
  __u64 released;  /* slots before this one are free again */
  __u64 sent;      /* frames accepted by the driver */
  __u64 refused;   /* refusals of the driver; each refused frame is tried again */
  __u64 discarded; /* frames that can never be sent */
  __u32 error;     /* errno of the last refusal or discard; 0: no room */
  __u32 is_ending; /* the run is to end; cleared by the engine before the next run */
};
