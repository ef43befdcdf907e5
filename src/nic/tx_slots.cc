#include "nic/tx_slots.h"

#include <algorithm>
#include <utility>

namespace masscan::nic {

namespace {

// The distance between slots is an odd number of cache lines. The beginnings of the slots, all that
// short frames use, are thereby spread over the whole cache.
std::size_t stride_of(std::size_t capacity_bytes) {
  constexpr std::size_t kCacheLine = 64;
  return ((capacity_bytes + kCacheLine - 1) / kCacheLine | 1) * kCacheLine;
}

}  // namespace

Result<TxSlots> TxSlots::make(std::size_t count, std::size_t capacity_bytes) {
  const std::size_t stride = stride_of(capacity_bytes);
  MappedMemory memory = TRY(MappedMemory::anonymous(count * stride));
  std::vector<TxFrame> slots(count);
  for (std::size_t i = 0; i < count; ++i) {
    slots[i].buffer = memory.bytes().subspan(i * stride, capacity_bytes);
  }
  return TxSlots(std::move(memory), std::move(slots));
}

std::span<TxFrame> TxSlots::reserve(std::size_t count) {
  if (queued_ == 0) oldest_ = 0;
  const std::size_t end = oldest_ + queued_;
  const bool is_wrapped = end >= slots_.size();
  const std::size_t first = is_wrapped ? end - slots_.size() : end;
  const std::size_t room = is_wrapped ? oldest_ - first : slots_.size() - first;
  return std::span(slots_).subspan(first, std::min(count, room));
}

std::span<TxFrame> TxSlots::commit(std::size_t count) {
  const std::span<TxFrame> frames = reserve(count);
  DCHECK(frames.size() == count);
  queued_ += count;
  return frames;
}

std::span<TxFrame> TxSlots::oldest() {
  return std::span(slots_).subspan(oldest_, std::min(queued_, slots_.size() - oldest_));
}

std::span<TxFrame> TxSlots::queued_at(std::size_t age) {
  DCHECK(age < queued_);
  const std::size_t index = oldest_ + age;
  return std::span(slots_).subspan(index < slots_.size() ? index : index - slots_.size(), 1);
}

void TxSlots::erase(std::size_t age) {
  std::swap(queued_at(age).front(), queued_at(queued_ - 1).front());
  --queued_;
}

void TxSlots::pop(std::size_t count) {
  DCHECK(count <= queued_);
  queued_ -= count;
  oldest_ += count;
  if (oldest_ >= slots_.size()) oldest_ -= slots_.size();
}

}  // namespace masscan::nic
