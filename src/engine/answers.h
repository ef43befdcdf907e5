// Records which turns of one worker were answered, and with which port states.
// Owner: Worker. Thread: the worker's.
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
  // `plan` must outlive the result.
  static Result<Answers> open(const Plan& plan, unsigned worker);

  // Returns the turn of a target; nullopt if this worker does not probe it.
  std::optional<std::uint64_t> turn_of(const net::IpAddress& target, net::Port port) const;
  // Records a reply. Returns true for the first reply of this turn with this state.
  bool insert(std::uint64_t turn, record::PortState state);
  // Records that a service that has answered a SYN is talked to.
  void note_conversation(std::uint64_t turn);
  bool has_conversed(std::uint64_t turn) const;
  bool contains(std::uint64_t turn) const { return deduplicator_.contains(turn); }
  // Number of turns answered. If not exact (see Deduplicator), repeated replies may count again.
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
