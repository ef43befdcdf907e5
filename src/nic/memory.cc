#include "nic/memory.h"

#include <algorithm>
#include <utility>

namespace masscan::nic {

Result<std::unique_ptr<MemoryQueue>> MemoryQueue::open(const MemoryConfig& config,
                                                       Network& network) {
  TxSlots transmit = TRY(TxSlots::make(config.transmit_slots, config.frame_bytes));
  return std::unique_ptr<MemoryQueue>(new MemoryQueue(config, network, std::move(transmit)));
}

MemoryQueue::MemoryQueue(const MemoryConfig& config, Network& network, TxSlots transmit)
    : SlotSender(std::move(transmit)), config_(config), network_(network), random_(config.seed) {}

void MemoryQueue::advance(Instant now) {
  while (!in_flight_.empty() && in_flight_.front().due <= now) {
    std::pop_heap(in_flight_.begin(), in_flight_.end(), is_later);
    Flight flight = std::move(in_flight_.back());
    in_flight_.pop_back();
    now_ = flight.due;
    land(std::move(flight));
  }
  now_ = now;
  network_.advance(now);
}

std::optional<Instant> MemoryQueue::next_due() const {
  const std::optional<Instant> of_network = network_.next_due();
  if (in_flight_.empty()) return of_network;
  return std::min(in_flight_.front().due, of_network.value_or(Instant::max()));
}

void MemoryQueue::submit(std::size_t count) {
  slots_.commit(count);
  counters_.given += count;
  while (slots_.queued() > 0) {
    if (is_stalled() || random_.chance(config_.faults.refuse)) {
      ++counters_.refused;
      return;
    }
    const TxFrame& frame = slots_.oldest().front();
    launch(frame.buffer.first(frame.length), now_, Direction::kToNetwork);
    slots_.pop(1);
    ++counters_.sent;
  }
}

bool MemoryQueue::is_stalled() const {
  return now_ >= config_.faults.stall_begin && now_ < config_.faults.stall_end;
}

std::span<const RxFrame> MemoryQueue::receive() {
  DCHECK(lent_.empty());
  std::swap(arrived_, lent_);
  views_.clear();
  for (const Flight& flight : lent_) {
    const WallTime captured_at(flight.due.time_since_epoch() + config_.wall_offset);
    views_.push_back({.bytes = flight.frame, .captured_at = captured_at});
  }
  counters_.received += views_.size();
  return views_;
}

void MemoryQueue::release() {
  for (Flight& flight : lent_) spare_.push_back(std::move(flight.frame));
  lent_.clear();
}

bool MemoryQueue::is_later(const Flight& a, const Flight& b) {
  return std::pair(a.due, a.number) > std::pair(b.due, b.number);
}

void MemoryQueue::send(Bytes frame, Duration after) {
  launch(frame, now_ + after, Direction::kToEngine);
}

// Applies the faults to a frame.
void MemoryQueue::launch(Bytes frame, Instant at, Direction direction) {
  if (random_.chance(config_.faults.loss)) {
    ++cable_counters_.lost;
    return;
  }
  const std::optional<Instant> passed = pass_bottleneck(at, direction);
  if (!passed) {
    ++cable_counters_.lost;
    return;
  }
  fly(frame, *passed + draw_delay(), direction);
  if (!random_.chance(config_.faults.duplicate)) return;
  ++cable_counters_.duplicated;
  fly(frame, *passed + draw_delay(), direction);
}

// Returns when a frame that arrives at `at` leaves the bottleneck, or nullopt if it is lost.
std::optional<Instant> MemoryQueue::pass_bottleneck(Instant at, Direction direction) {
  Instant& free = bottleneck_free_[static_cast<std::size_t>(direction)];
  if (free > at + config_.faults.queue) return std::nullopt;
  free = std::max(free, at) + from_seconds(1 / config_.faults.capacity_fps);
  return free;
}

void MemoryQueue::fly(Bytes frame, Instant due, Direction direction) {
  if (in_flight_.size() == config_.in_flight_limit) {
    ++cable_counters_.lost;
    return;
  }
  std::vector<std::byte> memory;
  if (!spare_.empty()) {
    memory = std::move(spare_.back());
    spare_.pop_back();
  }
  memory.assign(frame.begin(), frame.end());
  in_flight_.push_back({due, next_number_++, direction, std::move(memory)});
  std::push_heap(in_flight_.begin(), in_flight_.end(), is_later);
}

void MemoryQueue::land(Flight flight) {
  if (flight.direction == Direction::kToEngine && arrived_.size() < config_.receive_limit) {
    arrived_.push_back(std::move(flight));
    return;
  }
  if (flight.direction == Direction::kToEngine) {
    ++counters_.kernel_drops;
  } else {
    network_.on_frame(flight.frame, flight.due, *this);
  }
  spare_.push_back(std::move(flight.frame));
}

Duration MemoryQueue::draw_delay() {
  const Duration spread = config_.faults.delay_max - config_.faults.delay_min;
  const auto choices = static_cast<std::uint64_t>(spread.count()) + 1;
  return config_.faults.delay_min + Duration(random_.below(choices));
}

}  // namespace masscan::nic
