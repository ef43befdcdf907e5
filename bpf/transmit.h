/* What the programs that send (transmit.bpf.c) and the code that feeds them (nic/xdp/sender) must
 * agree on: a ring of slots, each a frame. Common subset of C and C++.
 */
#pragma once

#include <linux/types.h>

enum {
  TRANSMIT_SLOTS = 2048,   /* a power of two */
  TRANSMIT_LONGEST = 1536, /* bytes of a frame: one of Ethernet with two VLAN tags fits */
  TRANSMIT_BATCH = 64,     /* frames on their way to the driver at a time */
};

/* An odd number of pairs of cache lines long: so the beginnings of the slots, which is all that a
 * probe touches, spread over the sets of a cache. */
struct transmit_slot {
  __u32 length;
  __u32 unused;
  __u8 bytes[TRANSMIT_LONGEST];
  __u8 padding[120];
};

/* Slots are numbered without end: slot n lies at n modulo TRANSMIT_SLOTS. */
struct transmit_ring {
  /* Written by the engine. */
  __u64 produced;  /* slots before this one hold frames to send */
  __u32 is_closed; /* send nothing more, and end */
  /* Set by the program when its run ends for want of frames, cleared by the engine, which has it
   * run again then. */
  __u32 is_asleep;
  __u64 gap_ns;    /* between two frames, at least */
  __u8 apart[104]; /* the rest lies on other cache lines */

  /* Written by the programs. */
  __u64 released;  /* slots before this one are free again */
  __u64 sent;      /* frames that the driver took */
  __u64 refused;   /* refusals of the driver; each refused frame is sent again */
  __u64 discarded; /* frames that could never leave */
  __u32 error;     /* why the last one was refused or discarded: an errno; 0: for want of room */
  __u32 is_ending; /* the run has been told to end; cleared by the engine before the next */
};
