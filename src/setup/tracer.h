// A queue pair that prints each frame in one line on standard error (--packet-trace), as nmap does:
//
//   SENT (0.0123s) TCP 10.0.0.1:61000 > 10.1.0.5:80 S ttl=255 id=0 iplen=44 seq=1 win=1024
//   RCVD (0.0150s) TCP 10.1.0.5:80 > 10.0.0.1:61000 SA ttl=64 id=0 iplen=44 seq=7 win=65535
//
// A frame counts as sent when it is handed to the queue. A frame that the kernel refuses leaves
// later and is not printed again. A slow reader of standard error misses lines, because the scan
// waits only briefly.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "nic/queue_wrapper.h"

namespace masscan::setup {

class Tracer final : public nic::QueueWrapper {
 public:
  // Times in the lines count from `began`.
  Tracer(std::unique_ptr<nic::QueuePair> queue, WallTime began)
      : QueueWrapper(std::move(queue)), began_(began) {}

  std::span<nic::TxFrame> reserve(std::size_t count) override;
  void submit(std::size_t count) override;
  std::span<const nic::RxFrame> receive() override;

 private:
  void add(std::string_view direction, WallTime at, Bytes frame);
  void print();

  WallTime began_;
  std::span<nic::TxFrame> slots_;  // reserved and not yet submitted
  std::string lines_;              // not yet printed
};

}  // namespace masscan::setup
