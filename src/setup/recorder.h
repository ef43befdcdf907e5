// A queue pair that writes the answers to our probes to a capture file as they arrive: the packets
// to our ports, as masscan does. Everything else passes through it.
#pragma once

#include <memory>
#include <vector>

#include "net/packet_pattern.h"
#include "net/port.h"
#include "nic/pcap_file.h"
#include "nic/queue_pair.h"

namespace masscan::setup {

class Recorder final : public nic::QueuePair {
 public:
  // `file` must outlive it; `ports` are the worker's.
  Recorder(std::unique_ptr<nic::QueuePair> queue, std::vector<net::ProbePatterns> patterns,
           net::PortRange ports, nic::PcapFile& file)
      : queue_(std::move(queue)), patterns_(std::move(patterns)), ports_(ports), buffer_(file) {}

  std::span<const nic::RxFrame> receive() override;
  void release() override;

  std::span<nic::TxFrame> reserve(std::size_t count) override { return queue_->reserve(count); }
  void submit(std::size_t count) override { queue_->submit(count); }
  void set_pace(double rate_pps) override { queue_->set_pace(rate_pps); }
  std::size_t queued() const override { return queue_->queued(); }
  std::size_t backlog() const override { return queue_->backlog(); }
  bool has_room() const override { return queue_->has_room(); }
  int poll_fd() const override { return queue_->poll_fd(); }
  net::LinkLayer link_layer() const override { return queue_->link_layer(); }
  nic::QueueCounters counters() override { return queue_->counters(); }
  void advance(Instant now) override { queue_->advance(now); }
  std::optional<Instant> next_due() const override { return queue_->next_due(); }

 private:
  bool is_ours(const nic::RxFrame& frame) const;

  std::unique_ptr<nic::QueuePair> queue_;
  std::vector<net::ProbePatterns> patterns_;
  net::PortRange ports_;
  nic::PcapBuffer buffer_;
};

}  // namespace masscan::setup
