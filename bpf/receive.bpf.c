/* Takes what is for the scanner out of an interface's traffic and puts it, whole, into the ring of
 * the worker that asked. Everything else goes on to the kernel as if nobody had looked.
 *
 *   replies to our addresses and ports    taken: the kernel never sees them, and sends no RST;
 *                                         copied where it would answer nothing (echo replies)
 *   ICMP, ICMPv6 errors that quote us     the same, by the worker whose source port they quote
 *   ARP, NDP about our addresses,         copied to every worker; the kernel needs them as well
 *   announcements of neighbours
 *
 * Up to two VLAN tags, IPv4 options and IPv6 extension headers are stepped over. Of a fragmented
 * packet the first fragment, which has the ports, is taken: of a UDP datagram it is an answer, and
 * without it the kernel can put nothing together that it would answer.
 */
#include "receive.h"

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>

#define WAKE_PAUSE_NS 1000000
#define CLOCK_MONOTONIC 1
#define MAX_TAGS 2
#define MAX_EXTENSION_HEADERS 4
#define FRAGMENT_OFFSET 0x1fff
#define IPV6_FRAGMENT_OFFSET 0xfff8

enum icmp_type { UNREACHABLE = 3, TIME_EXCEEDED = 11 };
enum icmpv6_type {
  FIRST_ERROR = 1, /* RFC 4443 */
  LAST_ERROR = 4,
  NEIGHBOR_SOLICITATION = 135, /* RFC 4861 */
  NEIGHBOR_ADVERTISEMENT = 136,
};

/* Who gets a frame: the number of a ring, perhaps + SHARED, or one of these. */
enum { NOBODY = -1, EVERYBODY = RECEIVE_MAX_RINGS, SHARED = 2 * RECEIVE_MAX_RINGS };

/* Written by the scanner. */
struct receive_range_v4 ranges_v4[RECEIVE_MAX_RANGES];
struct receive_range_v6 ranges_v6[RECEIVE_MAX_RANGES];
__u32 range_count_v4;
__u32 range_count_v6;
__u8 ring_of_port[1 << 16];          /* the ring's number + 1; 0: not our port */
struct receive_pattern replies[256]; /* by protocol of IP: what comes to us */
struct receive_pattern probes[256];  /* what comes from us, as errors quote it */

/* Written by both sides. */
struct receive_ring_state ring_states[RECEIVE_MAX_RINGS];

struct ring {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, RECEIVE_MAX_RINGS);
  __type(key, __u32);
  __array(values, struct ring);
} rings SEC(".maps");

struct waker {
  struct bpf_timer timer;
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, RECEIVE_MAX_RINGS);
  __type(key, __u32);
  __type(value, struct waker);
} wakers SEC(".maps");

/* Functions that have loops, or are called in one, are global: the verifier follows such a function
 * once, not from every place that calls it, and loading takes milliseconds instead of seconds. */

/* ---- Into a ring ----------------------------------------------------------------------------- */

/* A reservation must have a length that the verifier knows: `room`. */
static __always_inline bool put(struct xdp_md* frame, void* ring, __u64 length, __u32 flags,
                                const __u32 room) {
  struct receive_record* record = bpf_ringbuf_reserve(ring, sizeof *record + room, 0);
  if (!record) return false;
  record->captured_ns = bpf_ktime_get_ns();
  record->length = length;
  record->flags = flags;
  if (bpf_xdp_load_bytes(frame, 0, record + 1, length)) {
    bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
    return false;
  }
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return true;
}

/* A least length that is not 0 is what Linux 6.1 wants to know before it lets us copy. */
static __always_inline bool put_whole(struct xdp_md* frame, void* ring, __u32 flags) {
  __u64 length = bpf_xdp_get_buff_len(frame);
  if (length < ETH_HLEN) return false;
  barrier_var(length); /* or the compiler compares length - 1, and the verifier does not follow */
  if (length <= 96) return put(frame, ring, length, flags, 96); /* a SYN-ACK, and almost all else */
  if (length <= 512) return put(frame, ring, length, flags, 512);
  if (length <= 2048) return put(frame, ring, length, flags, 2048);
  if (length <= 10240) return put(frame, ring, length, flags, 10240);
  if (length <= RECEIVE_LONGEST) return put(frame, ring, length, flags, RECEIVE_LONGEST);
  return false;
}

/* Wakes a reader that sleeps, by a record that says nothing. */
static __always_inline void wake_reader(void* ring, struct receive_ring_state* state, __u64 now) {
  state->woken_ns = now;
  *(volatile __u32*)&state->reader_waits = 0; /* first: the reader may set it as soon as it wakes */
  void* nothing = bpf_ringbuf_reserve(ring, sizeof(__u64), 0);
  if (nothing) bpf_ringbuf_discard(nothing, BPF_RB_FORCE_WAKEUP);
}

/* Always rings: whoever saw that a wake-up is due has left it to us. */
static int on_timer(void* map __attribute__((unused)), const __u32* key,
                    struct waker* waker __attribute__((unused))) {
  const __u32 number = *(const volatile __u32*)key;
  void* ring = bpf_map_lookup_elem(&rings, &number);
  if (!ring || number >= RECEIVE_MAX_RINGS) return 0;
  struct receive_ring_state* state = &ring_states[number];
  *(volatile __u32*)&state->is_wake_due = 0;
  wake_reader(ring, state, bpf_ktime_get_ns());
  return 0;
}

static __always_inline bool start_timer(__u32 number, __u64 pause_ns) {
  struct waker* waker = bpf_map_lookup_elem(&wakers, &number);
  if (!waker) return false;
  if (bpf_timer_init(&waker->timer, &wakers, CLOCK_MONOTONIC) == 0) {
    bpf_timer_set_callback(&waker->timer, on_timer);
  }
  return bpf_timer_start(&waker->timer, pause_ns, 0) == 0;
}

static __always_inline bool is_filling(void* ring) {
  return bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) >=
         bpf_ringbuf_query(ring, BPF_RB_RING_SIZE) / 4;
}

/* Wakes a reader that has found its ring empty: at once where frames are rare or the ring fills,
 * else once a millisecond, because a wake-up costs more than twenty frames. Submitting the frame
 * was a full barrier, as there is one behind the reader's setting of `reader_waits`: either it sees
 * the frame or we see that it waits. */
static __always_inline void wake(void* ring, __u32 number, struct receive_ring_state* state) {
  volatile __u32* is_wake_due = &state->is_wake_due;
  if (!*(volatile __u32*)&state->reader_waits) return;
  const bool is_urgent = is_filling(ring);
  if (*is_wake_due && !is_urgent) return;
  const __u64 now = bpf_ktime_get_ns();
  const __u64 since = now - state->woken_ns;
  *is_wake_due = 1;
  if (!is_urgent && since < WAKE_PAUSE_NS && start_timer(number, WAKE_PAUSE_NS - since)) return;
  *is_wake_due = 0;
  wake_reader(ring, state, now);
}

__noinline int deliver(struct xdp_md* frame, __u32 number, __u32 flags) {
  void* ring = bpf_map_lookup_elem(&rings, &number);
  if (!ring || number >= RECEIVE_MAX_RINGS) return 0;
  struct receive_ring_state* state = &ring_states[number];
  if (put_whole(frame, ring, flags)) {
    wake(ring, number, state);
  } else {
    __sync_fetch_and_add(&state->drops, 1);
  }
  return 0;
}

/* ---- Who asked? ------------------------------------------------------------------------------ */

__noinline int owns_v4(__u32 number) {
  for (__u32 i = 0; i < RECEIVE_MAX_RANGES && i < range_count_v4; ++i) {
    if (ranges_v4[i].first <= number && number <= ranges_v4[i].last) return true;
  }
  return false;
}

static __always_inline bool is_ours_v4(__be32 address) { return owns_v4(bpf_ntohl(address)); }

static __always_inline bool is_below(__u64 high, __u64 low, __u64 other_high, __u64 other_low) {
  return high < other_high || (high == other_high && low < other_low);
}

__noinline int owns_v6(__u64 high, __u64 low) {
  for (__u32 i = 0; i < RECEIVE_MAX_RANGES && i < range_count_v6; ++i) {
    const struct receive_range_v6* range = &ranges_v6[i];
    if (!is_below(high, low, range->first_high, range->first_low) &&
        !is_below(range->last_high, range->last_low, high, low)) {
      return true;
    }
  }
  return false;
}

static __always_inline bool is_ours_v6(const struct in6_addr* address) {
  __u64 halves[2];
  __builtin_memcpy(halves, address, sizeof halves);
  return owns_v6(bpf_be64_to_cpu(halves[0]), bpf_be64_to_cpu(halves[1]));
}

/* To index by: Linux 6.12 forgets the bounds of what it swaps, and is told them again by a mask. */
static __always_inline __u32 host_order(__be16 port) {
  __u32 number = bpf_ntohs(port);
  barrier_var(number); /* or the compiler, which does not forget them, leaves the mask out */
  return number & 0xffff;
}

/* The part of a frame that is not read yet. A header is there if `end` is not before its end. */
struct rest {
  const void* at;
  const void* end;
};

/* The reader of a packet that has one of our ports where the pattern says. */
static __always_inline int reader_of_port(struct rest transport,
                                          const struct receive_pattern* pattern) {
  if (!pattern->is_known) return NOBODY;
  const __be32* beginning = transport.at; /* of any transport; with the type, if it has one */
  const __be16* port = transport.at + pattern->port_at;
  if ((const void*)(beginning + 1) > transport.end) return NOBODY;
  if ((const void*)(port + 1) > transport.end) return NOBODY;
  if (pattern->has_type && *(const __u8*)beginning != pattern->type) return NOBODY;
  const int ring = ring_of_port[host_order(*port)] - 1;
  return ring != NOBODY && pattern->is_shared ? ring + SHARED : ring;
}

/* ICMP and ICMPv6. */
struct icmp {
  __u8 type;
  __u8 code;
  __be16 checksum;
  __be32 more;
};

/* ---- Checksums ------------------------------------------------------------------------------- */

static __always_inline __u32 sum_words(const void* bytes, int length) {
  const __u16* words = bytes;
  __u32 sum = 0;
  for (int i = 0; i < length / 2; ++i) sum += words[i];
  return sum;
}

/* A finished checksum looks unfinished once in 65,536 times, which is as often as a broken frame
 * has a right checksum: nothing is lost by believing it. */
static __always_inline __u32 checksum_flag(struct rest transport, __u8 protocol, __u32 addresses,
                                           __u16 length) {
  if (protocol == IPPROTO_SCTP) {
    const __u32* crc = transport.at + 8;
    return (const void*)(crc + 1) <= transport.end && *crc == 0 ? RECEIVE_UNFINISHED_CHECKSUM : 0;
  }
  const __be16* field = transport.at + (protocol == IPPROTO_TCP ? 16 : 6);
  if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) return 0;
  if ((const void*)(field + 1) > transport.end) return 0;
  __u32 sum = addresses + bpf_htons(protocol) + bpf_htons(length);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return *field == sum ? RECEIVE_UNFINISHED_CHECKSUM : 0;
}

/* ---- Readers of frames: whose is it? --------------------------------------------------------- */

struct arp {
  __be16 hardware;
  __be16 protocol;
  __u8 mac_length;
  __u8 address_length;
  __be16 operation;
  __u8 sender_mac[ETH_ALEN];
  __be16 sender[2]; /* an address at an odd place */
  __u8 target_mac[ETH_ALEN];
  __be32 target;
} __attribute__((packed));

static __always_inline int reader_of_arp(struct rest rest) {
  const struct arp* arp = rest.at;
  if ((const void*)(arp + 1) > rest.end) return NOBODY;
  if (arp->protocol != bpf_htons(ETH_P_IP) || arp->mac_length != ETH_ALEN) return NOBODY;
  __be32 sender;
  __builtin_memcpy(&sender, arp->sender, sizeof sender);
  const bool is_announcement = sender == arp->target; /* of another MAC address, perhaps */
  return is_announcement || is_ours_v4(arp->target) ? EVERYBODY : NOBODY;
}

/* The packet that an error quotes is ours if it went from `owner`, to whom the error was sent. */
static __always_inline int reader_of_icmp_v4(struct rest rest, __be32 owner) {
  const struct icmp* icmp = rest.at;
  if ((const void*)(icmp + 1) > rest.end) return NOBODY;
  if (icmp->type != UNREACHABLE && icmp->type != TIME_EXCEEDED) {
    return reader_of_port(rest, &replies[IPPROTO_ICMP]);
  }
  const struct iphdr* quoted = (const void*)(icmp + 1);
  if ((const void*)(quoted + 1) > rest.end) return NOBODY;
  if (quoted->version != 4 || quoted->ihl < 5 || quoted->saddr != owner) return NOBODY;
  if (quoted->frag_off & bpf_htons(FRAGMENT_OFFSET)) return NOBODY;
  rest.at = (const void*)quoted + quoted->ihl * 4;
  return reader_of_port(rest, &probes[quoted->protocol]);
}

static __always_inline int reader_of_ipv4(struct rest rest, __u32* flags) {
  const struct iphdr* ip = rest.at;
  if ((const void*)(ip + 1) > rest.end || ip->version != 4 || ip->ihl < 5) return NOBODY;
  if (!is_ours_v4(ip->daddr) || ip->frag_off & bpf_htons(FRAGMENT_OFFSET)) return NOBODY;
  const struct rest transport = {(const void*)ip + ip->ihl * 4, rest.end};
  if (ip->protocol == IPPROTO_ICMP) return reader_of_icmp_v4(transport, ip->daddr);
  const int reader = reader_of_port(transport, &replies[ip->protocol]);
  if (reader != NOBODY) {
    const __u16 length = bpf_ntohs(ip->tot_len) - ip->ihl * 4;
    *flags = checksum_flag(transport, ip->protocol, sum_words(&ip->saddr, 8), length);
  }
  return reader;
}

static __always_inline bool is_same(const struct in6_addr* a, const struct in6_addr* b) {
  __u64 left[2], right[2];
  __builtin_memcpy(left, a, sizeof left);
  __builtin_memcpy(right, b, sizeof right);
  return left[0] == right[0] && left[1] == right[1];
}

static __always_inline int reader_of_icmpv6(struct rest rest, const struct ipv6hdr* ip) {
  const struct icmp* icmp = rest.at;
  if ((const void*)(icmp + 1) > rest.end) return NOBODY;
  if (icmp->type == NEIGHBOR_SOLICITATION) {
    const struct in6_addr* target = (const void*)(icmp + 1);
    if ((const void*)(target + 1) > rest.end) return NOBODY;
    return is_ours_v6(target) ? EVERYBODY : NOBODY;
  }
  if (icmp->type == NEIGHBOR_ADVERTISEMENT) {
    const bool is_multicast = ip->daddr.s6_addr[0] == 0xff;
    return is_multicast || is_ours_v6(&ip->daddr) ? EVERYBODY : NOBODY;
  }
  if (icmp->type < FIRST_ERROR || icmp->type > LAST_ERROR) {
    return is_ours_v6(&ip->daddr) ? reader_of_port(rest, &replies[IPPROTO_ICMPV6]) : NOBODY;
  }
  const struct ipv6hdr* quoted = (const void*)(icmp + 1);
  if ((const void*)(quoted + 1) > rest.end) return NOBODY;
  if (quoted->version != 6 || !is_same(&quoted->saddr, &ip->daddr)) return NOBODY;
  if (!is_ours_v6(&ip->daddr)) return NOBODY;
  rest.at = quoted + 1;
  return reader_of_port(rest, &probes[quoted->nexthdr]);
}

struct extension {
  __u8 next;
  __u8 length; /* in units of 8 bytes after the first 8; a fragment header has none */
  __be16 fragment_offset;
  __be32 unused;
};

static __always_inline bool is_extension(__u8 protocol) {
  return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING ||
         protocol == IPPROTO_DSTOPTS || protocol == IPPROTO_FRAGMENT;
}

/* Over the extension headers to the transport. False if it is not in this frame. */
static __always_inline bool skip_extensions(struct rest* rest, __u8* protocol) {
  for (int i = 0; i < MAX_EXTENSION_HEADERS && is_extension(*protocol); ++i) {
    const struct extension* extension = rest->at;
    if ((const void*)(extension + 1) > rest->end) return false;
    const bool is_fragment = *protocol == IPPROTO_FRAGMENT;
    if (is_fragment && extension->fragment_offset & bpf_htons(IPV6_FRAGMENT_OFFSET)) return false;
    rest->at += is_fragment ? 8 : 8 + extension->length * 8;
    *protocol = extension->next;
  }
  return true;
}

static __always_inline int reader_of_ipv6(struct rest rest, __u32* flags) {
  const struct ipv6hdr* ip = rest.at;
  if ((const void*)(ip + 1) > rest.end || ip->version != 6) return NOBODY;
  __u8 protocol = ip->nexthdr;
  rest.at = ip + 1;
  if (!skip_extensions(&rest, &protocol)) return NOBODY;
  if (protocol == IPPROTO_ICMPV6) return reader_of_icmpv6(rest, ip);
  if (!is_ours_v6(&ip->daddr)) return NOBODY;
  const int reader = reader_of_port(rest, &replies[protocol]);
  if (reader != NOBODY) {
    const __u16 skipped = rest.at - (const void*)(ip + 1);
    const __u16 length = bpf_ntohs(ip->payload_len) - skipped;
    *flags = checksum_flag(rest, protocol, sum_words(&ip->saddr, 32), length);
  }
  return reader;
}

struct tag {
  __be16 id;
  __be16 type;
};

static __always_inline int reader_of(const struct xdp_md* frame, __u32* flags) {
  struct rest rest = {(void*)(long)frame->data, (void*)(long)frame->data_end};
  const struct ethhdr* ethernet = rest.at;
  if ((const void*)(ethernet + 1) > rest.end) return NOBODY;
  __be16 type = ethernet->h_proto;
  rest.at = ethernet + 1;
  for (int i = 0; i < MAX_TAGS; ++i) {
    if (type != bpf_htons(ETH_P_8021Q) && type != bpf_htons(ETH_P_8021AD)) break;
    const struct tag* tag = rest.at;
    if ((const void*)(tag + 1) > rest.end) return NOBODY;
    type = tag->type;
    rest.at = tag + 1;
  }
  if (type == bpf_htons(ETH_P_IP)) return reader_of_ipv4(rest, flags);
  if (type == bpf_htons(ETH_P_IPV6)) return reader_of_ipv6(rest, flags);
  if (type == bpf_htons(ETH_P_ARP)) return reader_of_arp(rest);
  return NOBODY;
}

SEC("xdp.frags") int receive(struct xdp_md* frame) {
  __u32 flags = 0;
  const int reader = reader_of(frame, &flags);
  if (reader == NOBODY) return XDP_PASS;
  if (reader == EVERYBODY) {
    for (__u32 i = 0; i < RECEIVE_MAX_RINGS; ++i) deliver(frame, i, 0);
    return XDP_PASS;
  }
  if (reader >= SHARED) {
    deliver(frame, reader - SHARED, flags);
    return XDP_PASS;
  }
  deliver(frame, reader, flags);
  return XDP_DROP;
}

char receive_license[] SEC("license") = "Dual MIT/GPL";
