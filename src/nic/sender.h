// The sending half of a queue pair. Every implementation counts the outcome of each frame.
#pragma once

#include <cstddef>
#include <span>

#include "net/tx_frame.h"
#include "nic/queue_counters.h"

namespace masscan::nic {

using net::TxFrame;

class Sender {
 public:
  virtual ~Sender() = default;

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
  // Returns the counters; a mere sender leaves those of received frames 0.
  virtual QueueCounters counters() = 0;
};

}  // namespace masscan::nic
