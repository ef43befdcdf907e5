#include "nic/duplex.h"

#include <algorithm>

namespace masscan::nic {

std::span<TxFrame> Duplex::reserve(std::size_t count) {
  std::span<TxFrame> frames = senders_[turn_]->reserve(count);
  for (std::size_t i = 1; i < senders_.size() && frames.empty(); ++i) {
    advance_turn();
    frames = senders_[turn_]->reserve(count);
  }
  return frames;
}

void Duplex::submit(std::size_t count) {
  senders_[turn_]->submit(count);
  if (count > 0) advance_turn();
}

void Duplex::set_pace(double rate_pps) {
  for (const auto& sender : senders_) {
    sender->set_pace(rate_pps / static_cast<double>(senders_.size()));
  }
}

std::size_t Duplex::queued() const {
  std::size_t sum = 0;
  for (const auto& sender : senders_) sum += sender->queued();
  return sum;
}

std::size_t Duplex::backlog() const {
  std::size_t sum = 0;
  for (const auto& sender : senders_) sum += sender->backlog();
  return sum;
}

bool Duplex::has_room() const {
  return std::ranges::any_of(senders_, [](const auto& sender) { return sender->has_room(); });
}

QueueCounters Duplex::counters() {
  QueueCounters sum = receiver_->counters();
  for (const auto& sender : senders_) sum += sender->counters();
  return sum;
}

}  // namespace masscan::nic
