// Limits our responses to one per kGap for each host and subject.
//
// The times are kept in a set-associative table of fixed size, where a new entry replaces the
// oldest of its set. The hash is keyed, so that hosts cannot choose their set.
// Owner: Responder. Thread: the worker's.
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

class ResponseLimit {
 public:
  static constexpr std::size_t kWays = 4;  // places of a set
  static constexpr std::size_t kSets = std::size_t{1} << 12;
  // Slightly less than the second after which kernels retransmit.
  static constexpr Duration kGap = 900ms;

  // What a response is to; each kind is limited separately.
  enum class Kind : std::uint8_t { kReply, kNeighborQuery };

  static Result<ResponseLimit> open(const SipKey& key);

  // Returns true if `who` may get a response about `subject` (a port, an address) now, and records
  // it.
  bool admit(Kind kind, const net::IpAddress& who, std::uint64_t subject, Instant now);

 private:
  struct Place {
    std::uint64_t hash;
    Instant responded_at;
  };

  ResponseLimit(const SipKey& key, MappedMemory memory) : key_(key), memory_(std::move(memory)) {}

  SipKey key_;
  MappedMemory memory_;
};

}  // namespace masscan::engine
