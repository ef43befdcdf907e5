/* The minimal sender: sends one SYN as live frames, each to another target. The rate at the
 * other end is the upper bound for this machine. */
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>

#define TARGET_AT 30 /* the address in an IPv4 header behind Ethernet */

struct {
  __uint(type, BPF_MAP_TYPE_DEVMAP);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} device SEC(".maps");

static __u32 number;

SEC("xdp") int flood(struct xdp_md* frame) {
  __be32* target = (void*)(long)frame->data + TARGET_AT;
  if ((void*)(target + 1) > (void*)(long)frame->data_end) return XDP_ABORTED;
  *target = bpf_htonl(0x0a000000 | (number++ & 0xffffff)); /* 10.0.0.0/8 */
  return bpf_redirect_map(&device, 0, 0);
}

char flood_license[] SEC("license") = "Dual MIT/GPL";
