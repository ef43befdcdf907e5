// A queue pair that writes the replies to our probes to a capture file as they arrive: the packets
// to our ports, as masscan does. It forwards all frames.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "net/packet_pattern.h"
#include "net/port.h"
#include "nic/pcap_file.h"
#include "nic/queue_wrapper.h"

namespace masscan::setup {

class Recorder final : public nic::QueueWrapper {
 public:
  // `file` must outlive it; `ports` are the worker's.
  Recorder(std::unique_ptr<nic::QueuePair> queue, std::vector<net::ProbePatterns> patterns,
           net::PortRange ports, nic::PcapFile& file)
      : QueueWrapper(std::move(queue)),
        patterns_(std::move(patterns)),
        ports_(ports),
        buffer_(file) {}

  std::span<const nic::RxFrame> receive() override;
  void release() override;

 private:
  bool is_ours(const nic::RxFrame& frame) const;

  std::vector<net::ProbePatterns> patterns_;
  net::PortRange ports_;
  nic::PcapBuffer buffer_;
};

}  // namespace masscan::setup
