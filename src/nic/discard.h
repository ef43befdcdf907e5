// Discards every frame: a dry run that measures the work before sending.
#pragma once

#include <memory>
#include <utility>

#include "base/result.h"
#include "nic/queue_pair.h"
#include "nic/slot_sender.h"

namespace masscan::nic {

class Discard : public SlotSender<QueuePair> {
 public:
  static Result<std::unique_ptr<Discard>> open(LinkLayer link_layer);

  void submit(std::size_t count) override {
    counters_.given += count;
    counters_.sent += count;
  }
  std::span<const RxFrame> receive() override { return {}; }
  void release() override {}
  int poll_fd() const override { return -1; }
  std::size_t longest_frame() const override { return kAnyFrame; }
  LinkLayer link_layer() const override { return link_layer_; }

 protected:
  Discard(LinkLayer link_layer, TxSlots slots)
      : SlotSender(std::move(slots)), link_layer_(link_layer) {}

 private:
  LinkLayer link_layer_;
};

}  // namespace masscan::nic
