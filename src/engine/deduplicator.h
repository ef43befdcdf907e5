// Tells first answers from repeated ones, by the position of the probe that was answered.
//
// Plans of up to kExactPositions per worker get four bits per position and are exact. Larger ones
// get a window of the last answers, at least kWindow of them: a repeat is missed only if it comes
// that many answers later. Memory is reserved at start, touched only where answers fall, and
// never more than 64 MiB per worker. One per worker.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/mapped_memory.h"
#include "base/result.h"

namespace masscan::engine {

class Deduplicator {
 public:
  static constexpr std::uint64_t kExactTurns = std::uint64_t{1} << 27;
  static constexpr std::size_t kWindow = std::size_t{1} << 21;

  static Result<Deduplicator> open(std::uint64_t turns);
  static bool is_exact_for(std::uint64_t turns) { return turns <= kExactTurns; }

  // Notes that `position` answered with `state` (0-3). True for the first time.
  bool insert(std::uint64_t turn, unsigned state);
  // Has it answered at all?
  bool contains(std::uint64_t turn) const;
  // No repeat is ever missed.
  bool is_exact() const { return is_exact_; }

 private:
  Deduplicator(MappedMemory memory, bool is_exact)
      : memory_(std::move(memory)), is_exact_(is_exact) {}

  // The window: two hash tables of 2 * kWindow words. When the current one is half full, the
  // older is emptied and becomes the current one.
  std::uint8_t find(std::uint64_t turn) const;
  std::uint64_t* slot(std::size_t table, std::uint64_t turn) const;

  MappedMemory memory_;
  bool is_exact_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
};

}  // namespace masscan::engine
