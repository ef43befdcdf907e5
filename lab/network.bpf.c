/* The simulated network. Every IPv4 and IPv6 address outside the router's link answers TCP SYNs,
 * UDP datagrams and pings by the keyed hash of sim/truth.h, so the true answers of the whole
 * network can be computed.
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

#define ROUTER_LINK_V4 0xc6120000u           /* 198.18.0.0/24 */
#define ROUTER_LINK_V6 0xfd18000000000000ull /* fd18::/64 */
#define LINK_LOCAL_V6 (0xfe80 >> 6)          /* fe80::/10 */
#define MULTICAST_V6 0xff                    /* ff00::/8 */
#define WINDOW_NS 1000000
#define PING (3u << 16)                      /* as a port of the truth: ICMP's 0 */
#define UDP (1u << 16)                       /* its port 0 */
#define ECHO_REQUEST 8
#define ECHO_REPLY 0
#define TIMESTAMP_REQUEST 13
#define ADDRESS_MASK_REQUEST 17
#define ECHO_REQUEST_V6 128
#define ECHO_REPLY_V6 129
#define MSS_1460 0x020405b4u                 /* kind 2, length 4 (RFC 9293, 3.7.1) */

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

struct ipv4_frame {
  struct ethhdr ethernet;
  struct iphdr ip;
  struct segment segment;
} __attribute__((packed, aligned(2)));

struct ipv6_frame {
  struct ethhdr ethernet;
  struct ipv6hdr ip;
  struct segment segment;
} __attribute__((packed, aligned(2)));

/* The fields of an echo request or reply that are used. */
struct echo {
  __u8 type;
  __u8 code;
  __be16 checksum;
  __be32 number;
};

static __always_inline __u64 load_be64(const void* bytes) {
  __u64 value;
  __builtin_memcpy(&value, bytes, sizeof value);
  return bpf_be64_to_cpu(value);
}

static __always_inline __u64 sum_words(const void* bytes, int length, __u64 sum) {
  const __u16* words = bytes;
  for (int i = 0; i < length / 2; ++i) sum += words[i];
  return sum;
}

/* Returns the internet checksum (RFC 1071) of a sum of 16-bit words in any byte order. */
static __always_inline __u16 checksum(__u64 sum) {
  for (int i = 0; i < 3; ++i) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum;
}

static __always_inline int is_syn(const struct tcphdr tcp) {
  return tcp.syn && !tcp.ack && !tcp.rst;
}

static __always_inline void return_to_sender(struct ethhdr* ethernet) {
  __u8 mac[ETH_ALEN];
  __builtin_memcpy(mac, ethernet->h_dest, ETH_ALEN);
  __builtin_memcpy(ethernet->h_dest, ethernet->h_source, ETH_ALEN);
  __builtin_memcpy(ethernet->h_source, mac, ETH_ALEN);
}

/* Writes the answer over the SYN; `sum` is that of the addresses. Only a SYN-ACK has a sequence
 * number, a window and the option. Returns the length of the segment. */
static __always_inline int write_answer(struct segment* segment, enum truth_answer answer,
                                        __u64 sum) {
  const struct tcphdr question = segment->tcp;
  const __u32 asked = bpf_ntohl(question.seq);
  const int length = answer == TRUTH_OPEN ? sizeof *segment : sizeof segment->tcp;

  segment->tcp = (struct tcphdr){
      .source = question.dest, .dest = question.source, .ack_seq = bpf_htonl(asked + 1), .ack = 1};
  segment->tcp.doff = length / 4;
  if (answer == TRUTH_OPEN) {
    segment->tcp.syn = 1;
    segment->tcp.seq = bpf_htonl((__u32)truth_mix(asked));
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

/* Counts a probe of a simulated address and returns its answer. */
static __always_inline enum truth_answer judge(enum network_counter counter, __u64 high, __u64 low,
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
  return truth_of(&network->truth, high, low, port);
}

static __always_inline enum truth_answer judge_segment(const struct segment* segment, __u64 high,
                                                       __u64 low) {
  if (!is_syn(segment->tcp)) {
    count(NETWORK_OTHER);
    return TRUTH_SILENT;
  }
  const enum truth_answer answer = judge(NETWORK_SYNS, high, low, bpf_ntohs(segment->tcp.dest));
  if (answer == TRUTH_OPEN) count(NETWORK_OPEN);
  if (answer == TRUTH_CLOSED) count(NETWORK_CLOSED);
  return answer;
}

/* A service returns what it was sent. The other ports are silent, closed ones too. */
static __always_inline bool answers_datagram(__u64 high, __u64 low, __be16 port) {
  if (judge(NETWORK_DATAGRAMS, high, low, UDP | bpf_ntohs(port)) != TRUTH_OPEN) return false;
  count(NETWORK_OPEN);
  return true;
}

/* The checksum stays: the sum of addresses and ports does not change. */
static __always_inline void swap_ports(struct udphdr* udp) {
  const __be16 port = udp->dest;
  udp->dest = udp->source;
  udp->source = port;
}

/* These requests have no closed state: an address answers or is silent. */
static __always_inline bool answers_ping(__u64 high, __u64 low, __u32 port) {
  if (judge(NETWORK_PINGS, high, low, port) != TRUTH_OPEN) return false;
  count(NETWORK_OPEN);
  return true;
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

/* Resizes the frame for the longest answer; a SYN may be shorter or longer by its options. */
static __always_inline int resize(struct xdp_md* frame, int length) {
  int present = (long)frame->data_end - (long)frame->data;
  barrier_var(present); /* or the compiler computes length - data_end, which the verifier refuses */
  return bpf_xdp_adjust_tail(frame, length - present);
}

/* Redirects instead of XDP_TX. With XDP_TX a veth wakes its peer only if the peer has an XDP
 * program too, and the scanner's end must have none. GRO there is enough for a redirect. */
static __always_inline int send_back(struct xdp_md* frame) {
  return bpf_redirect(frame->ingress_ifindex, 0);
}

static __always_inline int on_ping_v4(struct xdp_md* frame) {
  struct ethhdr* ethernet = (void*)(long)frame->data;
  struct iphdr* ip = (void*)(ethernet + 1);
  struct echo* echo = (void*)(ip + 1);
  if ((void*)(echo + 1) > (void*)(long)frame->data_end) return pass();
  const __be32 target = ip->daddr;
  const bool is_question = echo->type == TIMESTAMP_REQUEST || echo->type == ADDRESS_MASK_REQUEST;
  if (echo->type != ECHO_REQUEST && !is_question) return pass();
  if ((bpf_ntohl(target) & 0xffffff00u) == ROUTER_LINK_V4) return pass();
  const __u32 number = echo->type == ECHO_REQUEST ? 0 : echo->type == TIMESTAMP_REQUEST ? 1 : 3;
  if (!answers_ping(0, bpf_ntohl(target), PING + number)) return XDP_DROP;

  return_to_sender(ethernet);
  ip->daddr = ip->saddr;
  ip->saddr = target;
  ip->ttl = 64;
  ip->check = 0;
  ip->check = checksum(sum_words(ip, sizeof *ip, 0));
  turn_into_reply(echo, is_question ? echo->type + 1 : ECHO_REPLY);
  return send_back(frame);
}

static __always_inline int on_ping_v6(struct xdp_md* frame) {
  struct ethhdr* ethernet = (void*)(long)frame->data;
  struct ipv6hdr* ip = (void*)(ethernet + 1);
  struct echo* echo = (void*)(ip + 1);
  if ((void*)(echo + 1) > (void*)(long)frame->data_end) return pass();
  const struct in6_addr target = ip->daddr;
  const __u64 high = load_be64(&target), low = load_be64(&target.s6_addr[8]);
  if (echo->type != ECHO_REQUEST_V6 || high == ROUTER_LINK_V6 || high >> 54 == LINK_LOCAL_V6 ||
      high >> 56 == MULTICAST_V6) {
    return pass();
  }
  if (!answers_ping(high, low, PING)) return XDP_DROP;

  return_to_sender(ethernet);
  ip->daddr = ip->saddr;
  ip->saddr = target;
  ip->hop_limit = 64;
  turn_into_reply(echo, ECHO_REPLY_V6);
  return send_back(frame);
}

static __always_inline int on_datagram_v4(struct xdp_md* frame) {
  struct ethhdr* ethernet = (void*)(long)frame->data;
  struct iphdr* ip = (void*)(ethernet + 1);
  struct udphdr* udp = (void*)(ip + 1);
  if ((void*)(udp + 1) > (void*)(long)frame->data_end) return pass();
  const __be32 target = ip->daddr;
  if ((bpf_ntohl(target) & 0xffffff00u) == ROUTER_LINK_V4) return pass();
  if (!answers_datagram(0, bpf_ntohl(target), udp->dest)) return XDP_DROP;

  return_to_sender(ethernet);
  ip->daddr = ip->saddr;
  ip->saddr = target;
  ip->ttl = 64;
  ip->check = 0;
  ip->check = checksum(sum_words(ip, sizeof *ip, 0));
  swap_ports(udp);
  return send_back(frame);
}

static __always_inline int on_datagram_v6(struct xdp_md* frame) {
  struct ethhdr* ethernet = (void*)(long)frame->data;
  struct ipv6hdr* ip = (void*)(ethernet + 1);
  struct udphdr* udp = (void*)(ip + 1);
  if ((void*)(udp + 1) > (void*)(long)frame->data_end) return pass();
  const struct in6_addr target = ip->daddr;
  const __u64 high = load_be64(&target), low = load_be64(&target.s6_addr[8]);
  if (high == ROUTER_LINK_V6 || high >> 54 == LINK_LOCAL_V6 || high >> 56 == MULTICAST_V6) {
    return pass();
  }
  if (!answers_datagram(high, low, udp->dest)) return XDP_DROP;

  return_to_sender(ethernet);
  ip->daddr = ip->saddr;
  ip->saddr = target;
  ip->hop_limit = 64;
  swap_ports(udp);
  return send_back(frame);
}

static __always_inline int on_ipv4(struct xdp_md* frame) {
  struct ipv4_frame* packet = (void*)(long)frame->data;
  const struct iphdr* ip = (void*)((struct ethhdr*)packet + 1);
  if ((void*)(ip + 1) > (void*)(long)frame->data_end) return pass();
  if (ip->ihl == 5 && ip->protocol == IPPROTO_UDP) return on_datagram_v4(frame);
  const __be32 target = packet->ip.daddr;
  if (packet->ip.ihl == 5 && packet->ip.protocol == IPPROTO_ICMP) return on_ping_v4(frame);
  if ((void*)&packet->segment.option > (void*)(long)frame->data_end) return pass();
  if (packet->ip.ihl != 5 || packet->ip.protocol != IPPROTO_TCP) return pass();
  if ((bpf_ntohl(target) & 0xffffff00u) == ROUTER_LINK_V4) return pass();

  const enum truth_answer answer = judge_segment(&packet->segment, 0, bpf_ntohl(target));
  if (answer == TRUTH_SILENT || resize(frame, sizeof *packet)) return XDP_DROP;
  packet = (void*)(long)frame->data;
  if ((void*)(packet + 1) > (void*)(long)frame->data_end) return XDP_ABORTED;

  return_to_sender(&packet->ethernet);
  packet->ip.daddr = packet->ip.saddr;
  packet->ip.saddr = target;
  const int length = write_answer(&packet->segment, answer, sum_words(&packet->ip.saddr, 8, 0));
  packet->ip.tot_len = bpf_htons(sizeof packet->ip + length);
  packet->ip.ttl = 64;
  packet->ip.check = 0;
  packet->ip.check = checksum(sum_words(&packet->ip, sizeof packet->ip, 0));
  bpf_xdp_adjust_tail(frame, length - (int)sizeof(struct segment));
  return send_back(frame);
}

static __always_inline int on_ipv6(struct xdp_md* frame) {
  struct ipv6_frame* packet = (void*)(long)frame->data;
  const struct ipv6hdr* ip = (void*)((struct ethhdr*)packet + 1);
  if ((void*)(ip + 1) > (void*)(long)frame->data_end) return pass();
  if (ip->nexthdr == IPPROTO_UDP) return on_datagram_v6(frame);
  if ((void*)&packet->segment.option > (void*)(long)frame->data_end) return pass();
  const struct in6_addr target = packet->ip.daddr;
  const __u64 high = load_be64(&target), low = load_be64(&target.s6_addr[8]);
  if (packet->ip.nexthdr == IPPROTO_ICMPV6) return on_ping_v6(frame);
  if (packet->ip.nexthdr != IPPROTO_TCP || high == ROUTER_LINK_V6) return pass();
  if (high >> 54 == LINK_LOCAL_V6) return pass();

  const enum truth_answer answer = judge_segment(&packet->segment, high, low);
  if (answer == TRUTH_SILENT || resize(frame, sizeof *packet)) return XDP_DROP;
  packet = (void*)(long)frame->data;
  if ((void*)(packet + 1) > (void*)(long)frame->data_end) return XDP_ABORTED;

  return_to_sender(&packet->ethernet);
  packet->ip.daddr = packet->ip.saddr;
  packet->ip.saddr = target;
  const int length = write_answer(&packet->segment, answer, sum_words(&packet->ip.saddr, 32, 0));
  packet->ip.payload_len = bpf_htons(length);
  packet->ip.hop_limit = 64;
  bpf_xdp_adjust_tail(frame, length - (int)sizeof(struct segment));
  return send_back(frame);
}

SEC("xdp") int simulated_network(struct xdp_md* frame) {
  const struct ethhdr* ethernet = (void*)(long)frame->data;
  if ((void*)(ethernet + 1) > (void*)(long)frame->data_end) return XDP_DROP;
  if (ethernet->h_proto == bpf_htons(ETH_P_IP)) return on_ipv4(frame);
  if (ethernet->h_proto == bpf_htons(ETH_P_IPV6)) return on_ipv6(frame);
  return pass();
}

char network_license[] SEC("license") = "Dual MIT/GPL";
