// Several senders used in turn, for interfaces whose driver needs more than one processor.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "nic/sender.h"

namespace masscan::nic {

class SenderGroup final : public Sender {
 public:
  // REQUIRES: not empty.
  explicit SenderGroup(std::vector<std::unique_ptr<Sender>> senders)
      : senders_(std::move(senders)) {}

  std::span<TxFrame> reserve(std::size_t count) override;
  void submit(std::size_t count) override;
  void set_pace(double rate_pps) override;
  std::size_t queued() const override;
  bool has_room() const override;
  void count_into(QueueCounters& counters) override;

 private:
  std::vector<std::unique_ptr<Sender>> senders_;
  std::size_t turn_ = 0;  // the sender whose slots are lent
};

}  // namespace masscan::nic
