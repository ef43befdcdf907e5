#include "nic/sender_group.h"

#include <algorithm>

namespace masscan::nic {

std::span<TxFrame> SenderGroup::reserve(std::size_t count) {
  std::span<TxFrame> frames = senders_[turn_]->reserve(count);
  for (std::size_t i = 1; i < senders_.size() && frames.empty(); ++i) {
    turn_ = (turn_ + 1) % senders_.size();
    frames = senders_[turn_]->reserve(count);
  }
  return frames;
}

void SenderGroup::submit(std::size_t count) {
  senders_[turn_]->submit(count);
  if (count > 0) turn_ = (turn_ + 1) % senders_.size();
}

void SenderGroup::set_pace(double rate_pps) {
  for (const auto& sender : senders_) {
    sender->set_pace(rate_pps / static_cast<double>(senders_.size()));
  }
}

std::size_t SenderGroup::queued() const {
  std::size_t sum = 0;
  for (const auto& sender : senders_) sum += sender->queued();
  return sum;
}

bool SenderGroup::has_room() const {
  return std::ranges::any_of(senders_, [](const auto& sender) { return sender->has_room(); });
}

void SenderGroup::count_into(QueueCounters& counters) {
  for (const auto& sender : senders_) {
    QueueCounters part;
    sender->count_into(part);
    counters.given += part.given;
    counters.sent += part.sent;
    counters.refused += part.refused;
    counters.discarded += part.discarded;
  }
}

}  // namespace masscan::nic
