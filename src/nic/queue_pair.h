// The interface between the engine and the network: sends and receives batches of frames.
//
// Owner: one worker.
// Thread: the worker's only.
// Valid until: the backend owns the memory of frames. `reserve` lends slots until the next
// `submit`, `receive` lends views until the next `release`.
// Errors: none; a full or empty ring is a normal result. Backends count frames and know no
// protocol.
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
  // False if the sender's kernel has left, or may have left, the checksum to hardware that does not
  // exist between two local interfaces. The field may then hold only the sum of the pseudo-header.
  bool has_checksum = true;
};

// Counters that never decrease, one for every place where a frame can be lost.
struct QueueCounters {
  std::uint64_t given = 0;    // frames submitted by the engine
  std::uint64_t sent = 0;     // frames accepted by the kernel
  std::uint64_t refused = 0;  // refusals (ring full, ENOBUFS); each refused frame is tried again
  std::uint64_t buffer_full = 0;  // of these: because the socket's send buffer was full
  // Frames that can never be sent: too long, or refused (as by a rule) while others were sent.
  std::uint64_t discarded = 0;
  std::uint64_t received = 0;      // frames returned to the engine
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

  // Returns up to `count` writable slots; fewer or none while earlier frames are queued. Returns
  // the same slots until `submit`.
  virtual std::span<TxFrame> reserve(std::size_t count) = 0;
  // Queues the first `count` reserved frames and sends as many as the kernel accepts now. A refused
  // frame stays queued and is sent by a later `submit`; `submit(0)` only tries again. `sent` counts
  // frames that have left.
  virtual void submit(std::size_t count) = 0;
  // Hint: space the submitted frames evenly at this rate; infinity: send at once. Backends without
  // pacing ignore it.
  virtual void set_pace(double /*rate_pps*/) {}
  // Returns the number of frames submitted but not sent.
  virtual std::size_t queued() const = 0;
  // Returns how much is still in queues of this machine, if known. It has no unit and is zero when
  // everything has left.
  virtual std::size_t backlog() const { return queued(); }
  // Returns false if no frame can be sent now, not even reserved ones; that may change at any time.
  virtual bool has_room() const { return queued() == 0; }

  // Returns received frames, possibly none. Valid until: `release`.
  virtual std::span<const RxFrame> receive() = 0;
  virtual void release() = 0;

  // Returns a descriptor that becomes readable when `receive` has frames; -1 if there is none.
  virtual int poll_fd() const = 0;
  virtual LinkLayer link_layer() const = 0;
  virtual QueueCounters counters() = 0;

  // For networks simulated in this process: advances their time to `now`, and returns the time of
  // their next event.
  virtual void advance(Instant /*now*/) {}
  virtual std::optional<Instant> next_due() const { return std::nullopt; }
};

}  // namespace masscan::nic
