// What this worker has heard: which of its turns were answered, each state of each target once.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "engine/deduplicator.h"
#include "engine/plan.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "record/record.h"

namespace masscan::engine {

class Answers {
 public:
  // `plan` must outlive it.
  static Result<Answers> open(const Plan& plan, unsigned worker);

  // The turn in which this worker asks that target; nothing if it never does.
  std::optional<std::uint64_t> turn_of(const net::IpAddress& target, net::Port port) const;
  // Notes an answer; true if it says something new.
  bool insert(std::uint64_t turn, record::PortState state);
  bool contains(std::uint64_t turn) const { return deduplicator_.contains(turn); }
  // Turns answered so far. In plans so large that repeats are recognised for a while only (see
  // Deduplicator), repeats that come later count again.
  std::uint64_t count() const { return count_; }
  bool is_exact() const { return deduplicator_.is_exact(); }

 private:
  Answers(const Plan& plan, unsigned worker, Deduplicator deduplicator);

  const Plan* plan_;
  WorkerShare worker_share_;
  Deduplicator deduplicator_;
  std::uint64_t count_ = 0;
};

}  // namespace masscan::engine
