// The receiving half of a queue pair.
#pragma once

#include <cstddef>
#include <span>

#include "base/bytes.h"
#include "base/time.h"
#include "nic/queue_counters.h"

namespace masscan::nic {

struct RxFrame {
  Bytes bytes;
  WallTime captured_at;
  // False if the sender's kernel has left, or may have left, the checksum to hardware that does not
  // exist between two local interfaces. The field may then hold only the sum of the pseudo-header.
  bool has_checksum = true;
};

// Of a receiver that takes every IP packet whole: 64 KiB behind the longest link header.
constexpr std::size_t kAnyFrame = 65535 + 18;

class Receiver {
 public:
  virtual ~Receiver() = default;

  // Returns received frames, possibly none. Valid until: `release`.
  virtual std::span<const RxFrame> receive() = 0;
  virtual void release() = 0;
  // Returns a descriptor that becomes readable when `receive` has frames; -1 if there is none.
  virtual int poll_fd() const = 0;
  // Returns how many bytes the longest frame has that is received whole; longer ones may be cut.
  // The kernel joins segments that arrive together (GRO), so it is not the MTU that bounds frames.
  virtual std::size_t longest_frame() const = 0;
  // Returns the counters; a mere receiver leaves those of sent frames 0.
  virtual QueueCounters counters() = 0;
};

}  // namespace masscan::nic
