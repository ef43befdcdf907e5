// Distinguishes the first reply of a turn from repeated ones.
//
// Up to kExactTurns turns take four bits each and are exact. More turns get a window of at least
// kWindow recent replies: a repeat is missed only if it comes that many replies later. Memory is
// reserved by `open`, touched only where replies fall, and at most 64 MiB.
// Owner: Answers. Thread: the worker's.
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

  // Records that `turn` was answered with `state` (0-3). Returns true for the first time.
  bool insert(std::uint64_t turn, unsigned state);
  // True if the turn was answered with any state, or with this one.
  bool contains(std::uint64_t turn) const;
  bool contains(std::uint64_t turn, unsigned state) const;
  // True if no repeat can be missed.
  bool is_exact() const { return is_exact_; }

 private:
  Deduplicator(MappedMemory memory, bool is_exact)
      : memory_(std::move(memory)), is_exact_(is_exact) {}

  // The window is two hash tables of 2 * kWindow words. When the current one is half full, the
  // older one is emptied and becomes the current one.
  std::uint8_t find(std::uint64_t turn) const;
  std::uint64_t* slot(std::size_t table, std::uint64_t turn) const;

  MappedMemory memory_;
  bool is_exact_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
};

}  // namespace masscan::engine
