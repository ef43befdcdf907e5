/* The truth of a simulated network: computes the answer of each (address, port) from a key.
 *
 * This file is the common subset of C and C++, because three programs share it: the simulated
 * internet, the laboratory's XDP program (C, compiled for BPF), and the tools that print the truth
 * for tests. Nothing is stored; the open ports of a whole /8 are computed.
 */
#pragma once

#ifdef __cplusplus
#include <cstdint>
extern "C" {
#else
#include <linux/types.h>
typedef __u8 uint8_t;
typedef __u16 uint16_t;
typedef __u32 uint32_t;
typedef __u64 uint64_t;
#endif

#define TRUTH_MILLION 1000000u

struct truth {
  uint64_t key;
  uint32_t open_ppm;   /* open ones of a million (address, port) pairs; all: unused ports too */
  uint32_t closed_ppm; /* of a million others, those that answer RST; the rest is silent */
};

enum truth_answer { TRUTH_SILENT = 0, TRUTH_OPEN = 1, TRUTH_CLOSED = 2 };

/* Murmur3's 64-bit finalizer: every input bit changes every output bit with probability 1/2. */
static inline uint64_t truth_mix(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdull;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ull;
  x ^= x >> 33;
  return x;
}

/* An IPv4 address is high = 0, low = its number. `port` is transport << 16 | number, with the
 * numbers of net::Transport (TCP is 0). */
static inline uint64_t truth_hash(uint64_t key, uint64_t high, uint64_t low, uint32_t port) {
  uint64_t hash = truth_mix(key ^ 0x9e3779b97f4a7c15ull);
  hash = truth_mix(hash ^ high);
  hash = truth_mix(hash ^ low);
  return truth_mix(hash ^ port);
}

/* What tells one TCP service from all others. Where it is said, it is as "sim_" and its 16
 * hexadecimal digits. */
static inline uint64_t truth_service(uint64_t key, uint64_t high, uint64_t low, uint32_t port) {
  return truth_hash(key ^ 6, high, low, port);
}

/* True for `ppm` of a million words of 32 bits, if they are uniformly distributed. */
static inline int truth_chance(uint64_t word, uint32_t ppm) {
  return word * TRUTH_MILLION >> 32 < ppm;
}

/* True for TCP ports that no program gets by itself, and no service uses. */
static inline int truth_is_unused(uint32_t port) { return port >= 61000 && port <= 65095; }

static inline enum truth_answer truth_of(const struct truth* truth, uint64_t high, uint64_t low,
                                         uint32_t port) {
  const uint64_t hash = truth_hash(truth->key, high, low, port);
  const int can_be_open = !truth_is_unused(port) || truth->open_ppm == TRUTH_MILLION;
  if (can_be_open && truth_chance(hash & 0xffffffff, truth->open_ppm)) return TRUTH_OPEN;
  if (truth_chance(hash >> 32, truth->closed_ppm)) return TRUTH_CLOSED;
  return TRUTH_SILENT;
}

#ifdef __cplusplus
}
#endif
