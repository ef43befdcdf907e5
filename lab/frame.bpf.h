/* Frames in the laboratory's XDP program: how they are summed, resized and sent back. */
#pragma once

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <stdbool.h>

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

static __always_inline void return_to_sender(struct ethhdr* ethernet) {
  __u8 mac[ETH_ALEN];
  __builtin_memcpy(mac, ethernet->h_dest, ETH_ALEN);
  __builtin_memcpy(ethernet->h_dest, ethernet->h_source, ETH_ALEN);
  __builtin_memcpy(ethernet->h_source, mac, ETH_ALEN);
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

/* One form for both families: `is_v6` is known where a function is compiled into another. */

static __always_inline int header_length(bool is_v6) {
  return is_v6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
}

/* The sum of the pseudo-header but for the protocol and the length. `data` is that of a frame. */
static __always_inline __u64 sum_addresses(const void* data, bool is_v6) {
  return is_v6 ? sum_words(data + ETH_HLEN + 8, 32, 0) : sum_words(data + ETH_HLEN + 12, 8, 0);
}

/* Sends a frame back from its target, with a transport of this length. */
static __always_inline void turn_back(void* data, bool is_v6, int length) {
  return_to_sender(data);
  if (is_v6) {
    struct ipv6hdr* ip = data + ETH_HLEN;
    const struct in6_addr target = ip->daddr;
    ip->daddr = ip->saddr;
    ip->saddr = target;
    ip->payload_len = bpf_htons(length);
    ip->hop_limit = 64;
  } else {
    struct iphdr* ip = data + ETH_HLEN;
    const __be32 target = ip->daddr;
    ip->daddr = ip->saddr;
    ip->saddr = target;
    ip->tot_len = bpf_htons(sizeof *ip + length);
    ip->ttl = 64;
    ip->check = 0;
    ip->check = checksum(sum_words(ip, sizeof *ip, 0));
  }
}

static __always_inline int transport_length(const void* data, bool is_v6) {
  const struct iphdr* v4 = data + ETH_HLEN;
  const struct ipv6hdr* v6 = data + ETH_HLEN;
  return is_v6 ? bpf_ntohs(v6->payload_len) : bpf_ntohs(v4->tot_len) - (int)sizeof *v4;
}

