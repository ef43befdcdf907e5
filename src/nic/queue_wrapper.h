// A queue pair that owns another one and forwards every call to it. A class derived from it
// overrides only what it watches or changes.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "nic/queue_pair.h"

namespace masscan::nic {

class QueueWrapper : public QueuePair {
 public:
  // REQUIRES: `queue` is not null.
  explicit QueueWrapper(std::unique_ptr<QueuePair> queue) : queue_(std::move(queue)) {}

  std::span<TxFrame> reserve(std::size_t count) override { return queue_->reserve(count); }
  void submit(std::size_t count) override { queue_->submit(count); }
  void set_pace(double rate_pps) override { queue_->set_pace(rate_pps); }
  std::size_t queued() const override { return queue_->queued(); }
  std::size_t backlog() const override { return queue_->backlog(); }
  bool has_room() const override { return queue_->has_room(); }
  std::span<const RxFrame> receive() override { return queue_->receive(); }
  void release() override { queue_->release(); }
  int poll_fd() const override { return queue_->poll_fd(); }
  std::size_t longest_frame() const override { return queue_->longest_frame(); }
  LinkLayer link_layer() const override { return queue_->link_layer(); }
  QueueCounters counters() override { return queue_->counters(); }
  void advance(Instant now) override { queue_->advance(now); }
  std::optional<Instant> next_due() const override { return queue_->next_due(); }

 private:
  std::unique_ptr<QueuePair> queue_;
};

}  // namespace masscan::nic
