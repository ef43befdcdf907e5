// The interface between the engine and the network: sends and receives batches of frames.
//
// Owner: one worker.
// Thread: the worker's only.
// Valid until: the backend owns the memory of frames. `reserve` lends slots until the next
// `submit`, `receive` lends views until the next `release`.
// Errors: none; a full or empty ring is a normal result. Backends count frames and know no
// protocol.
#pragma once

#include <optional>

#include "base/time.h"
#include "net/link_layer.h"
#include "nic/receiver.h"
#include "nic/sender.h"

namespace masscan::nic {

using net::LinkLayer;

class QueuePair : public Sender, public Receiver {
 public:
  virtual LinkLayer link_layer() const = 0;
  QueueCounters counters() override = 0;

  // For networks simulated in this process: advances their time to `now`, and returns the time of
  // their next event.
  virtual void advance(Instant /*now*/) {}
  virtual std::optional<Instant> next_due() const { return std::nullopt; }
};

}  // namespace masscan::nic
