/* Sends the frames of a ring without socket buffers. The kernel runs `transmit` repeatedly on "live
 * frames" (BPF_F_TEST_XDP_LIVE_FRAMES), each a blank frame of TRANSMIT_LONGEST bytes. The program
 * copies the next slot into the frame and redirects it to the device, or drops the blank frame if
 * there is nothing to send yet. It keeps a gap between frames if the engine sets one.
 *
 * No loss is unnoticed. The kernel passes redirected frames to the driver in bulks, in order. A
 * driver without room refuses the tail of a bulk, which only the tracepoint xdp_devmap_xmit
 * reports. `on_bulk` runs there. It knows the slots of the refused frames and has them sent again,
 * before any new frame. Slots are released when their frames were sent.
 *
 * Everything runs on one CPU, with softirqs disabled from the first redirect of a batch to its last
 * bulk. A bulk on this CPU therefore consists of our frames as long as some are in flight.
 */
#include "transmit.h"

#include <bpf/bpf_helpers.h>
#include <linux/bpf.h>
#include <linux/errno.h>
#include <stdbool.h>

#define IDLE_LIMIT_NS 20000000 /* the run ends after this time without frames */
#define REFUSAL_NAP_NS 10000   /* delay before a driver without room is tried again */
#define DOWN_NAP_NS 1000000    /* the same for an interface that is down */
#define MOST_LATE_NS 100000    /* the longest delay that is caught up at once */
#define NO_INTERFACE 0
#define SIGNAL 23 /* SIGURG interrupts the run and has no other effect */

struct transmit_ring ring __attribute__((aligned(128)));

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, TRANSMIT_SLOTS);
  __type(key, __u32);
  __type(value, struct transmit_slot);
} slots SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_DEVMAP);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} device SEC(".maps");

/* A FIFO queue of slot numbers, at most a batch. */
struct queue {
  __u64 numbers[TRANSMIT_BATCH];
  __u32 first;
  __u32 count;
};

static __always_inline void push(struct queue* queue, __u64 number) {
  queue->numbers[(queue->first + queue->count) % TRANSMIT_BATCH] = number;
  ++queue->count;
}
static __always_inline __u64 pop(struct queue* queue) {
  const __u64 number = queue->numbers[queue->first % TRANSMIT_BATCH];
  ++queue->first;
  --queue->count;
  return number;
}

static struct queue flying;  /* redirected, not yet passed to the driver */
static struct queue refused; /* to be sent again */
static __u32 flying_on;      /* this CPU */
static bool is_recovering;   /* refused frames are sent before new ones */
static __u64 next;           /* next slot to send */
static __u64 end;            /* slots before this one are known to be produced */
static __u64 clock_ns;       /* the last reading of the clock */
static __u64 departs_ns;     /* the earliest time of the next frame */
static __u64 retry_at_ns;
static __u64 idle_since_ns; /* 0: not idle */

/* Orders two memory accesses for the other side. */
static __always_inline void barrier_full(void) {
  static __u64 word;
  __sync_fetch_and_or(&word, 0);
}

static __always_inline bool has_come(__u64 moment_ns) {
  if (clock_ns < moment_ns) clock_ns = bpf_ktime_get_ns();
  return clock_ns >= moment_ns;
}

/* Spaces frames evenly, even if the engine writes them in batches. */
static __always_inline bool may_depart(void) {
  const __u64 gap_ns = *(volatile __u64*)&ring.gap_ns;
  if (gap_ns == 0) return true;
  if (!has_come(departs_ns)) return false;
  if (departs_ns + MOST_LATE_NS < clock_ns) departs_ns = clock_ns - MOST_LATE_NS;
  departs_ns += gap_ns;
  return true;
}

static __always_inline bool has_new(void) {
  if (next != end) return true;
  end = *(volatile __u64*)&ring.produced;
  if (next == end) return false;
  barrier_full(); /* the contents of slots are read after this */
  return true;
}

/* With the barrier, either we see the engine's last write, or the engine sees is_asleep. */
static __always_inline bool falls_asleep(void) {
  ring.is_asleep = 1;
  barrier_full();
  if (!has_new()) return true;
  ring.is_asleep = 0;
  return false;
}

/* Ends the run by a signal. Only tracepoint programs may send one, so a failing redirect makes
 * `on_redirect_error` run. */
static __always_inline int end_run(void) {
  ring.is_ending = 1;
  flying_on = bpf_get_smp_processor_id();
  return bpf_redirect(NO_INTERFACE, 0);
}

static __always_inline int idle(void) {
  clock_ns = bpf_ktime_get_ns();
  if (idle_since_ns == 0) idle_since_ns = clock_ns;
  if (clock_ns - idle_since_ns < IDLE_LIMIT_NS || !falls_asleep()) return XDP_DROP;
  return end_run();
}

static __always_inline bool copy(struct xdp_md* frame, const struct transmit_slot* slot) {
  void* const data = (void*)(long)frame->data;
  const __u32 length = slot->length;
  if (data + 128 > (void*)(long)frame->data_end || length > TRANSMIT_LONGEST) return false;
  if (length <= 64) {
    __builtin_memcpy(data, slot->bytes, 64);
  } else if (length <= 128) {
    __builtin_memcpy(data, slot->bytes, 128);
  } else if (bpf_xdp_store_bytes(frame, 0, (void*)slot->bytes, length) != 0) {
    return false;
  }
  return bpf_xdp_adjust_tail(frame, (int)length - TRANSMIT_LONGEST) == 0;
}

static __always_inline void release(void) {
  if (flying.count + refused.count != 0) return;
  is_recovering = false;
  barrier_full(); /* the contents of slots were read before this */
  *(volatile __u64*)&ring.released = next;
}

static __always_inline void discard(__u32 error) {
  ++ring.discarded;
  ring.error = error;
  release();
}

static __always_inline const struct transmit_slot* find(__u64 number) {
  const __u32 index = number % TRANSMIT_SLOTS;
  return bpf_map_lookup_elem(&slots, &index);
}

static __always_inline int send(struct xdp_md* frame, __u64 number) {
  const struct transmit_slot* slot = find(number);
  const int action = slot && copy(frame, slot) ? bpf_redirect_map(&device, 0, 0) : XDP_ABORTED;
  if (action != XDP_REDIRECT) { /* the interface is gone */
    discard(ENODEV);
    return XDP_DROP;
  }
  if (flying.count == 0) flying_on = bpf_get_smp_processor_id();
  push(&flying, number);
  return XDP_REDIRECT;
}

SEC("xdp") int transmit(struct xdp_md* frame) {
  if (*(volatile __u32*)&ring.is_closed || ring.is_ending) return end_run();
  if (is_recovering) {
    if (refused.count == 0 || !has_come(retry_at_ns)) return XDP_DROP;
    return send(frame, pop(&refused));
  }
  if (!has_new()) return idle();
  idle_since_ns = 0;
  return may_depart() ? send(frame, next++) : XDP_DROP;
}

/* The driver accepted the oldest `sent` frames of a bulk and refused the `drops` others. */
static __always_inline void land(__u32 sent, __u32 drops) {
  flying.first += sent;
  flying.count -= sent;
  ring.sent += sent;
  for (__u32 i = 0; i < TRANSMIT_BATCH && i < drops; ++i) push(&refused, pop(&flying));
}

SEC("raw_tp/xdp_devmap_xmit") int on_bulk(struct bpf_raw_tracepoint_args* event) {
  const __u32 drops = event->args[3];
  if (flying.count == 0 || flying_on != bpf_get_smp_processor_id()) return 0;
  land(event->args[2], drops);
  if (drops != 0) {
    is_recovering = true;
    ring.refused += drops;
    ring.error = -(__s32)event->args[4];
    retry_at_ns = bpf_ktime_get_ns() + REFUSAL_NAP_NS;
  }
  release();
  return 0;
}

/* The last redirected frame cannot be sent: it is too long, or the device is down or accepts no XDP
 * frames at present; then it is tried again. Or the run is ending. */
SEC("raw_tp/xdp_redirect_err") int on_redirect_error(struct bpf_raw_tracepoint_args* event) {
  if (flying_on != bpf_get_smp_processor_id()) return 0;
  if (ring.is_ending) return bpf_send_signal_thread(SIGNAL);
  if (flying.count == 0) return 0;
  --flying.count;
  const __s32 error = -(__s32)event->args[3];
  ring.error = error;
  if (error == EOPNOTSUPP) {
    ++ring.refused;
  } else if (error != ENETDOWN) {
    discard(error);
    return 0;
  }
  push(&refused, flying.numbers[(flying.first + flying.count) % TRANSMIT_BATCH]);
  is_recovering = true;
  retry_at_ns = bpf_ktime_get_ns() + DOWN_NAP_NS;
  return 0;
}

char transmit_license[] SEC("license") = "Dual MIT/GPL";
