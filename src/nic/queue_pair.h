// The seam between the engine and the world: frames out and frames in, a batch at a time.
//
// A queue pair belongs to one worker thread; nothing here is safe to share. Memory of frames
// belongs to the backend: `reserve` lends slots until the next `submit`, `receive` lends views
// until the next `release`. A full or empty ring is an ordinary answer, not an error. Backends
// count; they know no protocol.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/time.h"
#include "net/link_layer.h"
#include "net/tx_frame.h"

namespace masscan::nic {

using net::LinkLayer;
using net::TxFrame;

struct RxFrame {
  Bytes bytes;
  WallTime captured_at;
  // False where the sender's kernel has, or may have, left the checksum to hardware that does not
  // exist between two local interfaces: the field may then hold the sum of the pseudo-header alone.
  bool has_checksum = true;
};

// Every place where a frame can get lost has its own number. All only grow.
struct QueueCounters {
  std::uint64_t given = 0;    // frames submitted by the engine
  std::uint64_t sent = 0;     // frames the kernel took and did not refuse
  std::uint64_t refused = 0;  // refusals (ring full, ENOBUFS); each refused frame is tried again
  std::uint64_t buffer_full = 0;  // of these: by a socket whose send buffer was full
  // Frames that could never leave: too long, or refused, as by a rule, while others left.
  std::uint64_t discarded = 0;
  std::uint64_t received = 0;      // frames handed to the engine
  std::uint64_t kernel_drops = 0;  // frames for us that found our receive ring full

  QueueCounters operator-(const QueueCounters& before) const {
    return {.given = given - before.given,
            .sent = sent - before.sent,
            .refused = refused - before.refused,
            .buffer_full = buffer_full - before.buffer_full,
            .discarded = discarded - before.discarded,
            .received = received - before.received,
            .kernel_drops = kernel_drops - before.kernel_drops};
  }
};

class QueuePair {
 public:
  virtual ~QueuePair() = default;

  // At most `count` writable slots, fewer (or none) while earlier frames wait to leave. Calling it
  // again before `submit` lends the same slots.
  virtual std::span<TxFrame> reserve(std::size_t count) = 0;
  // Queues the first `count` reserved frames and sends as much as the kernel takes now. A refused
  // frame stays queued and leaves with a later `submit` (`submit(0)` only tries again): `sent`
  // means left.
  virtual void submit(std::size_t count) = 0;
  // What is given at one moment leaves spread over time, at most at this rate; infinity: at once.
  // A backend that cannot leaves it.
  virtual void set_pace(double /*rate_pps*/) {}
  // Frames given but not yet sent.
  virtual std::size_t queued() const = 0;
  // What is still in a queue of this machine, where that is known: no unit, and zero when all has
  // left.
  virtual std::size_t backlog() const { return queued(); }
  // False: nothing more leaves for now, not even what is reserved; a moment later it may.
  virtual bool has_room() const { return queued() == 0; }

  // What arrived, possibly nothing. The views are valid until `release`.
  virtual std::span<const RxFrame> receive() = 0;
  virtual void release() = 0;

  // A descriptor that polls readable when `receive` has something; -1 if there is none.
  virtual int poll_fd() const = 0;
  virtual LinkLayer link_layer() const = 0;
  virtual QueueCounters counters() = 0;

  // Only for networks that live in this process: moves their time forward to `now`, and says when
  // something happens there next.
  virtual void advance(Instant /*now*/) {}
  virtual std::optional<Instant> next_due() const { return std::nullopt; }
};

}  // namespace masscan::nic
