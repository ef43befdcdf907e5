// The receiving half of a queue pair.
#pragma once

#include <span>

#include "nic/queue_pair.h"

namespace masscan::nic {

class Receiver {
 public:
  virtual ~Receiver() = default;

  // As in QueuePair.
  virtual std::span<const RxFrame> receive() = 0;
  virtual void release() = 0;
  virtual int poll_fd() const = 0;
  // Sets the counters of received frames.
  virtual void count_into(QueueCounters& counters) = 0;
};

}  // namespace masscan::nic
