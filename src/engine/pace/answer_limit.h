// Whoever asks again and again is answered once a second.
//
// Remembers when whom was answered last, in fixed memory and without an allocation. Those that fall
// into one set of places push out who was answered longest ago; without the key nobody can choose
// the set. One per worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/siphash.h"
#include "base/time.h"
#include "net/ip_address.h"

namespace masscan::engine {

class AnswerLimit {
 public:
  static constexpr std::size_t kWays = 4;  // places of a set
  static constexpr std::size_t kSets = std::size_t{1} << 12;
  // A little less than the second after which kernels repeat what was lost.
  static constexpr Duration kGap = 900ms;

  // What is being answered; each has a second of its own.
  enum class Kind : std::uint8_t { kProbeAnswer, kNeighborQuestion };

  static Result<AnswerLimit> open(const SipKey& key);

  // Whether `who` may be answered now about `subject` (a port, an address); notes it if so.
  bool admit(Kind kind, const net::IpAddress& who, std::uint64_t subject, Instant now);

 private:
  struct Place {
    std::uint64_t hash;
    Instant answered;
  };

  AnswerLimit(const SipKey& key, MappedMemory memory) : key_(key), memory_(std::move(memory)) {}

  SipKey key_;
  MappedMemory memory_;
};

}  // namespace masscan::engine
