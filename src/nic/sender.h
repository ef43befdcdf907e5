// The sending half of a queue pair. Every implementation counts the outcome of each frame.
#pragma once

#include <cstddef>
#include <span>

#include "nic/queue_pair.h"

namespace masscan::nic {

class Sender {
 public:
  virtual ~Sender() = default;

  // As in QueuePair.
  virtual std::span<TxFrame> reserve(std::size_t count) = 0;
  virtual void submit(std::size_t count) = 0;
  virtual void set_pace(double /*rate_pps*/) {}
  virtual std::size_t queued() const = 0;
  virtual std::size_t backlog() const { return queued(); }
  virtual bool has_room() const = 0;
  // Sets the counters of sent frames.
  virtual void count_into(QueueCounters& counters) = 0;
};

}  // namespace masscan::nic
