/* The simulated network. Every IPv4 and IPv6 address outside the router's link answers TCP SYNs,
 * UDP datagrams, SCTP INITs, pings and packets of other IP protocols by the keyed hash of
 * sim/truth.h, so the true answers of the whole network can be computed.
 *
 * Open TCP ports answer the SYN alone, or they also talk if the network speaks (talk.bpf.h).
 *
 * The program is attached to the lab's end of a veth pair. It writes the answer over the probe,
 * and the driver sends it back without a socket buffer: one core answers millions a second. The
 * kernel handles ARP and NDP for the router. */
#include "network.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdbool.h>

#include "frame.bpf.h"
#include "talk.bpf.h"

#define ROUTER_LINK_V4 0xc6120000u           /* 198.18.0.0/24 */
#define ROUTER_LINK_V6 0xfd18000000000000ull /* fd18::/64 */
#define LINK_LOCAL_V6 (0xfe80 >> 6)          /* fe80::/10 */
#define MULTICAST_V4 0xe                     /* 224.0.0.0/4 */
#define MULTICAST_V6 0xff                    /* ff00::/8 */
#define WINDOW_NS 1000000
/* The first ports of the transports, as numbers of the truth. */
#define UDP (1u << 16)
#define SCTP (2u << 16)
#define PING (3u << 16)
#define IP (5u << 16)
#define ECHO_REQUEST 8
#define ECHO_REPLY 0
#define TIMESTAMP_REQUEST 13
#define ADDRESS_MASK_REQUEST 17
#define ECHO_REQUEST_V6 128
#define ECHO_REPLY_V6 129
#define ERROR_BYTES 8                        /* of the transport that an ICMP error quotes */
#define MSS_1460 0x020405b4u                 /* kind 2, length 4 (RFC 9293, 3.7.1) */
#define CRC32C 0x82f63b78u                   /* the polynomial of SCTP (RFC 9260, appendix A) */

/* Set before the program is loaded. If it is 0, the kernel removes what depends on it. */
const volatile __u32 speaks = 0;

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct network_settings);
} settings SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, NETWORK_COUNTERS);
  __type(key, __u32);
  __type(value, __u64);
} counters SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct network_span);
} span SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct network_window);
} window SEC(".maps");

static __always_inline void count(__u32 counter) {
  __u64* value = bpf_map_lookup_elem(&counters, &counter);
  if (value) ++*value;
}

/* The coarse clock ticks every few milliseconds, so the CPUs rarely write to the shared cell.
 * Linux 5.10 lacks it; the clock is chosen when the program is loaded. */
static __always_inline __u64 coarse_now(void) {
  if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_ktime_get_coarse_ns)) {
    return bpf_ktime_get_ns();
  }
  return bpf_ktime_get_coarse_ns();
}

static __always_inline void note_time(__u64 now) {
  const __u32 zero = 0;
  struct network_span* cell = bpf_map_lookup_elem(&span, &zero);
  if (!cell || cell->last_ns == now) return;
  if (cell->first_ns == 0) cell->first_ns = now;
  cell->last_ns = now;
}

static __always_inline void note_window(__u64 now) {
  const __u32 zero = 0;
  struct network_window* cell = bpf_map_lookup_elem(&window, &zero);
  if (!cell) return;
  if (now - cell->began_ns >= WINDOW_NS) {
    cell->began_ns = now;
    cell->count = 0;
  }
  if (++cell->count > cell->most) cell->most = cell->count;
}

/* A TCP header with room for one option of four bytes. */
struct segment {
  struct tcphdr tcp;
  __be32 option;
} __attribute__((packed, aligned(2)));

/* An INIT of one chunk, which becomes an INIT ACK or an ABORT of the same length. */
struct init {
  __be16 source;
  __be16 dest;
  __be32 verification_tag;
  __u32 checksum; /* little-endian */
  __u8 type;
  __u8 flags;
  __be16 length;
  __be32 initiate_tag;
  __be32 numbers[3];
};

enum { INIT = 1, INIT_ACK = 2, ABORT = 6, PROTOCOL_VIOLATION = 13 };

/* An ICMP error with its second word, or with ICMPv6's pointer. */
struct error {
  __u8 type;
  __u8 code;
  __be16 checksum;
  __be32 pointer;
};

/* The numbers of a probe: an IPv4 address is low alone. */
struct target {
  __u64 high;
  __u64 low;
};

/* The fields of an echo request or reply that are used. */
struct echo {
  __u8 type;
  __u8 code;
  __be16 checksum;
  __be32 number;
};

static __always_inline int is_syn(const struct tcphdr tcp) {
  return tcp.syn && !tcp.ack && !tcp.rst;
}

/* Writes the answer over the SYN; `sum` is that of the addresses. Only a SYN-ACK has a sequence
 * number (`first`), a window and the option. Returns the length of the segment. */
static __always_inline int write_answer(struct segment* segment, enum truth_answer answer,
                                        __u32 first, __u64 sum) {
  const struct tcphdr question = segment->tcp;
  const __u32 asked = bpf_ntohl(question.seq);
  const int length = answer == TRUTH_OPEN ? sizeof *segment : sizeof segment->tcp;

  segment->tcp = (struct tcphdr){
      .source = question.dest, .dest = question.source, .ack_seq = bpf_htonl(asked + 1), .ack = 1};
  segment->tcp.doff = length / 4;
  if (answer == TRUTH_OPEN) {
    segment->tcp.syn = 1;
    segment->tcp.seq = bpf_htonl(first);
    segment->tcp.window = bpf_htons(64240);
    segment->option = bpf_htonl(MSS_1460);
  } else {
    segment->tcp.rst = 1;
    segment->option = 0;
  }
  sum += bpf_htons(IPPROTO_TCP) + bpf_htons(length);
  segment->tcp.check = checksum(sum_words(segment, sizeof *segment, sum));
  return length;
}

/* Counts a probe of a simulated address and its answer, which it returns. */
static __always_inline enum truth_answer judge(enum network_counter counter, struct target target,
                                               __u32 port) {
  const __u32 zero = 0;
  const struct network_settings* network = bpf_map_lookup_elem(&settings, &zero);
  if (!network) return TRUTH_SILENT;
  count(counter);
  if (network->measures_windows) {
    const __u64 now = bpf_ktime_get_ns();
    note_time(now);
    note_window(now);
  } else {
    note_time(coarse_now());
  }
  if (network->loss_ppm && truth_chance(bpf_get_prandom_u32(), network->loss_ppm)) {
    count(NETWORK_LOST);
    return TRUTH_SILENT;
  }
  const enum truth_answer answer = truth_of(&network->truth, target.high, target.low, port);
  if (answer != TRUTH_SILENT) count(answer == TRUTH_OPEN ? NETWORK_OPEN : NETWORK_CLOSED);
  return answer;
}

/* The checksum stays: the sum of addresses and ports does not change. */
static __always_inline void swap_ports(struct udphdr* udp) {
  const __be16 port = udp->dest;
  udp->dest = udp->source;
  udp->source = port;
}

/* Turns a request into its reply. The other bytes and the sum of the addresses do not change, so
 * the checksum is updated by the type's word only (RFC 1624, equation 3). */
static __always_inline void turn_into_reply(struct echo* echo, __u8 type) {
  const __u16 old_word = ~bpf_htons(echo->type << 8);
  const __u16 others = ~echo->checksum;
  echo->checksum = checksum((__u64)others + old_word + bpf_htons(type << 8));
  echo->type = type;
}

static __always_inline int pass(void) {
  count(NETWORK_PASSED);
  return XDP_PASS;
}

/* Answers with an ICMP error from the target, which quotes the least of the probe. */
static __always_inline int reject(struct xdp_md* frame, bool is_v6, struct error error) {
  const int header = header_length(is_v6);
  const int quoted = header + ERROR_BYTES;
  const int length = sizeof error + quoted;
  if (bpf_xdp_adjust_head(frame, -(header + (int)sizeof error))) return XDP_DROP;
  if (resize(frame, ETH_HLEN + header + length)) return XDP_DROP;
  void* data = (void*)(long)frame->data;
  if (data + ETH_HLEN + header + length > (void*)(long)frame->data_end) return XDP_ABORTED;
  struct error* message = data + ETH_HLEN + header;
  __builtin_memcpy(data, (void*)(message + 1) - ETH_HLEN, ETH_HLEN);
  __builtin_memcpy(data + ETH_HLEN, message + 1, header);
  if (is_v6) {
    ((struct ipv6hdr*)(data + ETH_HLEN))->nexthdr = IPPROTO_ICMPV6;
  } else {
    ((struct iphdr*)(data + ETH_HLEN))->protocol = IPPROTO_ICMP;
  }
  turn_back(data, is_v6, length);
  __u64 sum = 0; /* ICMPv6 alone has a pseudo-header */
  if (is_v6) sum = sum_addresses(data, true) + bpf_htons(IPPROTO_ICMPV6) + bpf_htons(length);
  *message = error;
  message->checksum = checksum(sum_words(message, length, sum));
  return send_back(frame);
}

static __always_inline int on_ping(struct xdp_md* frame, bool is_v6, struct target target) {
  void* data = (void*)(long)frame->data;
  struct echo* echo = data + ETH_HLEN + header_length(is_v6);
  if ((void*)(echo + 1) > (void*)(long)frame->data_end) return pass();
  const bool is_echo = echo->type == (is_v6 ? ECHO_REQUEST_V6 : ECHO_REQUEST);
  const bool is_time = !is_v6 && echo->type == TIMESTAMP_REQUEST;
  if (!is_echo && !is_time && (is_v6 || echo->type != ADDRESS_MASK_REQUEST)) return pass();
  const __u32 number = is_echo ? 0 : is_time ? 1 : 3;
  /* These requests have no closed state: an address answers or is silent. */
  if (judge(NETWORK_PINGS, target, PING + number) != TRUTH_OPEN) return XDP_DROP;

  turn_back(data, is_v6, transport_length(data, is_v6));
  const __u8 reply = is_v6 ? ECHO_REPLY_V6 : ECHO_REPLY;
  turn_into_reply(echo, is_echo ? reply : echo->type + 1);
  return send_back(frame);
}

/* A service returns what it was sent. */
static __always_inline int on_datagram(struct xdp_md* frame, bool is_v6, struct target target) {
  void* data = (void*)(long)frame->data;
  struct udphdr* udp = data + ETH_HLEN + header_length(is_v6);
  if ((void*)(udp + 1) > (void*)(long)frame->data_end) return pass();
  const struct error no_port = {.type = is_v6 ? 1 : 3, .code = is_v6 ? 4 : 3};
  switch (judge(NETWORK_DATAGRAMS, target, UDP + bpf_ntohs(udp->dest))) {
    case TRUTH_SILENT:
      return XDP_DROP;
    case TRUTH_CLOSED:
      return reject(frame, is_v6, no_port);
    case TRUTH_OPEN:
      turn_back(data, is_v6, transport_length(data, is_v6));
      swap_ports(udp);
      return send_back(frame);
  }
  return XDP_ABORTED;
}

static __always_inline __u32 crc32c(const __u32* words, int count) {
  __u32 crc = ~0u;
  for (int i = 0; i < count; ++i) {
    crc ^= words[i];
    for (int bit = 0; bit < 32; ++bit) crc = crc >> 1 ^ (CRC32C & -(crc & 1));
  }
  return ~crc;
}

/* The numbers of the INIT may be those of an INIT ACK; in an ABORT they are the text of a cause. */
static __always_inline int on_init(struct xdp_md* frame, bool is_v6, struct target target) {
  void* data = (void*)(long)frame->data;
  struct init* init = data + ETH_HLEN + header_length(is_v6);
  if ((void*)(init + 1) > (void*)(long)frame->data_end) return pass();
  if (init->type != INIT || init->length != bpf_htons(20)) {
    count(NETWORK_OTHER);
    return XDP_DROP;
  }
  const enum truth_answer answer = judge(NETWORK_INITS, target, SCTP + bpf_ntohs(init->dest));
  if (answer == TRUTH_SILENT) return XDP_DROP;

  turn_back(data, is_v6, sizeof *init);
  const __be16 port = init->dest;
  init->dest = init->source;
  init->source = port;
  init->verification_tag = init->initiate_tag;
  init->type = answer == TRUTH_OPEN ? INIT_ACK : ABORT;
  init->initiate_tag = answer == TRUTH_OPEN ? (__u32)truth_mix(init->initiate_tag) | 1
                                            : bpf_htonl(PROTOCOL_VIOLATION << 16 | 16);
  init->checksum = 0;
  init->checksum = crc32c((const __u32*)init, sizeof *init / 4);
  return send_back(frame);
}

/* Hosts say which protocols they lack; what they have answers nothing. */
static __always_inline int on_other(struct xdp_md* frame, bool is_v6, struct target target,
                                    __u8 protocol) {
  const void* data = (void*)(long)frame->data;
  if (data + ETH_HLEN + header_length(is_v6) + ERROR_BYTES > (void*)(long)frame->data_end)
    return pass();
  const struct error no_protocol = {
      .type = is_v6 ? 4 : 3,
      .code = is_v6 ? 1 : 2,
      .pointer = is_v6 ? bpf_htonl(__builtin_offsetof(struct ipv6hdr, nexthdr)) : 0};
  if (judge(NETWORK_PACKETS, target, IP + protocol) != TRUTH_CLOSED) return XDP_DROP;
  return reject(frame, is_v6, no_protocol);
}

/* Segments of connections are not lost: only a SYN that gets no answer is sent again in a network
 * that remembers nothing. */
static __always_inline int on_other_segment(struct xdp_md* frame, bool is_v6, struct target target,
                                            __u32 port) {
  const __u32 zero = 0;
  const struct network_settings* network = bpf_map_lookup_elem(&settings, &zero);
  const bool is_talk = speaks && network &&
                       truth_of(&network->truth, target.high, target.low, port) == TRUTH_OPEN;
  count(is_talk ? NETWORK_SEGMENTS : NETWORK_OTHER);
  if (!is_talk) return XDP_DROP;
  return on_talk(frame, is_v6,
                 truth_service(network->truth.key, target.high, target.low, port));
}

/* The sequence number of a SYN-ACK. */
static __always_inline __u32 first_of(const void* data, bool is_v6, struct target target,
                                      const struct tcphdr syn) {
  const __u32 zero = 0;
  if (!speaks) return truth_mix(bpf_ntohl(syn.seq));
  const struct network_settings* network = bpf_map_lookup_elem(&settings, &zero);
  if (!network) return 0;
  const __u64 service =
      truth_service(network->truth.key, target.high, target.low, bpf_ntohs(syn.dest));
  return first_number(data, is_v6, service, syn.source);
}

static __always_inline int on_segment(struct xdp_md* frame, bool is_v6, struct target target) {
  void* data = (void*)(long)frame->data;
  struct segment* segment = data + ETH_HLEN + header_length(is_v6);
  if ((void*)&segment->option > (void*)(long)frame->data_end) return pass();
  if (!is_syn(segment->tcp))
    return on_other_segment(frame, is_v6, target, bpf_ntohs(segment->tcp.dest));
  const enum truth_answer answer = judge(NETWORK_SYNS, target, bpf_ntohs(segment->tcp.dest));
  if (answer == TRUTH_SILENT) return XDP_DROP;
  if (resize(frame, ETH_HLEN + header_length(is_v6) + sizeof *segment)) return XDP_DROP;
  data = (void*)(long)frame->data;
  segment = data + ETH_HLEN + header_length(is_v6);
  if ((void*)(segment + 1) > (void*)(long)frame->data_end) return XDP_ABORTED;

  const __u32 first = first_of(data, is_v6, target, segment->tcp);
  const int length = write_answer(segment, answer, first, sum_addresses(data, is_v6));
  turn_back(data, is_v6, length);
  bpf_xdp_adjust_tail(frame, length - (int)sizeof *segment);
  return send_back(frame);
}

/* What is for the router, its link or a group is the kernel's. */
static __always_inline bool is_simulated_v4(__u32 number) {
  return (number & 0xffffff00u) != ROUTER_LINK_V4 && number >> 28 != MULTICAST_V4;
}

static __always_inline bool is_simulated_v6(__u64 high) {
  return high != ROUTER_LINK_V6 && high >> 54 != LINK_LOCAL_V6 && high >> 56 != MULTICAST_V6;
}

static __always_inline int on_packet(struct xdp_md* frame, bool is_v6, struct target target,
                                     __u8 protocol) {
  if (protocol == IPPROTO_TCP) return on_segment(frame, is_v6, target);
  if (protocol == IPPROTO_UDP) return on_datagram(frame, is_v6, target);
  if (protocol == IPPROTO_SCTP) return on_init(frame, is_v6, target);
  if (protocol == (is_v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) return on_ping(frame, is_v6, target);
  return on_other(frame, is_v6, target, protocol);
}

static __always_inline int on_ipv4(struct xdp_md* frame) {
  const struct iphdr* ip = (void*)(long)frame->data + ETH_HLEN;
  if ((void*)(ip + 1) > (void*)(long)frame->data_end) return pass();
  const struct target target = {.low = bpf_ntohl(ip->daddr)};
  if (ip->ihl != 5 || !is_simulated_v4(target.low)) return pass();
  return on_packet(frame, false, target, ip->protocol);
}

static __always_inline int on_ipv6(struct xdp_md* frame) {
  const struct ipv6hdr* ip = (void*)(long)frame->data + ETH_HLEN;
  if ((void*)(ip + 1) > (void*)(long)frame->data_end) return pass();
  const struct target target = {load_be64(&ip->daddr), load_be64(&ip->daddr.s6_addr[8])};
  if (!is_simulated_v6(target.high)) return pass();
  return on_packet(frame, true, target, ip->nexthdr);
}

SEC("xdp") int simulated_network(struct xdp_md* frame) {
  const struct ethhdr* ethernet = (void*)(long)frame->data;
  if ((void*)(ethernet + 1) > (void*)(long)frame->data_end) return XDP_DROP;
  if (ethernet->h_proto == bpf_htons(ETH_P_IP)) return on_ipv4(frame);
  if (ethernet->h_proto == bpf_htons(ETH_P_IPV6)) return on_ipv6(frame);
  return pass();
}

char network_license[] SEC("license") = "Dual MIT/GPL";
