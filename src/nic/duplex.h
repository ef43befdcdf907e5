// A queue pair of two independent halves: packet sockets for both, XDP for both, or one of each.
#pragma once

#include <memory>
#include <utility>

#include "nic/queue_pair.h"
#include "nic/receiver.h"
#include "nic/sender.h"

namespace masscan::nic {

class Duplex final : public QueuePair {
 public:
  Duplex(LinkLayer link_layer, std::unique_ptr<Sender> sender, std::unique_ptr<Receiver> receiver)
      : link_layer_(link_layer), sender_(std::move(sender)), receiver_(std::move(receiver)) {}

  std::span<TxFrame> reserve(std::size_t count) override { return sender_->reserve(count); }
  void submit(std::size_t count) override { sender_->submit(count); }
  void set_pace(double rate_pps) override { sender_->set_pace(rate_pps); }
  std::size_t queued() const override { return sender_->queued(); }
  std::size_t backlog() const override { return sender_->backlog(); }
  bool has_room() const override { return sender_->has_room(); }
  std::span<const RxFrame> receive() override { return receiver_->receive(); }
  void release() override { receiver_->release(); }
  int poll_fd() const override { return receiver_->poll_fd(); }
  LinkLayer link_layer() const override { return link_layer_; }
  QueueCounters counters() override {
    QueueCounters counters;
    sender_->count_into(counters);
    receiver_->count_into(counters);
    return counters;
  }

 private:
  LinkLayer link_layer_;
  std::unique_ptr<Sender> sender_;
  std::unique_ptr<Receiver> receiver_;
};

}  // namespace masscan::nic
