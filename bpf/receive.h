/* What the program that takes our replies out of an interface's traffic (receive.bpf.c) and the
 * code that reads them (nic/xdp/tap, nic/xdp/receiver) must agree on. Common subset of C and C++.
 */
#pragma once

#include <linux/types.h>

enum {
  RECEIVE_MAX_RINGS = 16,  /* one for each worker */
  RECEIVE_MAX_RANGES = 64, /* of our addresses, in each family */
  RECEIVE_LONGEST = 65536, /* bytes of a frame that is taken; a longer one counts as dropped */
};

/* How packets of one protocol of IP look that a kind of probe has to do with. */
struct receive_pattern {
  __u8 is_known; /* false: no kind has to do with this protocol */
  __u8 has_type; /* only packets whose first byte is `type` */
  __u8 type;
  __u8 port_at; /* where our port stands, behind the IP header */
  __u8 is_shared; /* the kernel gets it too, and answers nothing */
};

/* Our addresses, first to last, in host order. */
struct receive_range_v4 {
  __u32 first;
  __u32 last;
};
struct receive_range_v6 {
  __u64 first_high;
  __u64 first_low;
  __u64 last_high;
  __u64 last_low;
};

struct receive_ring_state {
  __u64 drops;       /* frames for this ring that found it full; written by the program */
  __u64 woken_ns;    /* when its reader was woken last */
  __u32 reader_waits;  /* set by a reader that found nothing, cleared by who wakes it */
  __u32 is_wake_due; /* a timer will wake it */
  __u32 unused[10];  /* rings do not share a cache line */
};

enum receive_flag {
  /* The checksum of the TCP or UDP header is only the sum of the pseudo-header, or that of SCTP is
   * zero: the sender's kernel left the rest to hardware (CHECKSUM_PARTIAL), and there was none on
   * the way. */
  RECEIVE_UNFINISHED_CHECKSUM = 1,
};

/* In a ring this comes in front of each frame. */
struct receive_record {
  __u64 captured_ns; /* CLOCK_MONOTONIC */
  __u32 length;      /* of the frame; there may be unused room behind it */
  __u32 flags;       /* of enum receive_flag */
};
