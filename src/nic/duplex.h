// A queue pair of independent halves: packet sockets for both, XDP for both, or one of each.
// Several senders are used in turn, for interfaces whose driver needs more than one processor.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "nic/queue_pair.h"

namespace masscan::nic {

class Duplex final : public QueuePair {
 public:
  // REQUIRES: `senders` is not empty.
  Duplex(LinkLayer link_layer, std::vector<std::unique_ptr<Sender>> senders,
         std::unique_ptr<Receiver> receiver)
      : link_layer_(link_layer), senders_(std::move(senders)), receiver_(std::move(receiver)) {}

  std::span<TxFrame> reserve(std::size_t count) override;
  void submit(std::size_t count) override;
  void set_pace(double rate_pps) override;
  std::size_t queued() const override;
  std::size_t backlog() const override;
  bool has_room() const override;
  std::span<const RxFrame> receive() override { return receiver_->receive(); }
  void release() override { receiver_->release(); }
  int poll_fd() const override { return receiver_->poll_fd(); }
  std::size_t longest_frame() const override { return receiver_->longest_frame(); }
  LinkLayer link_layer() const override { return link_layer_; }
  QueueCounters counters() override;

 private:
  void advance_turn() { turn_ = (turn_ + 1) % senders_.size(); }

  LinkLayer link_layer_;
  std::vector<std::unique_ptr<Sender>> senders_;
  std::size_t turn_ = 0;  // the sender whose slots are lent
  std::unique_ptr<Receiver> receiver_;
};

}  // namespace masscan::nic
