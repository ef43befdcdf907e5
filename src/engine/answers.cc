#include "engine/answers.h"

#include <utility>

namespace masscan::engine {

namespace {

unsigned number_of(record::PortState state) {
  if (state == record::PortState::kOpen) return 0;
  if (state == record::PortState::kClosed) return 1;
  return state == record::PortState::kUnfiltered ? 3 : 2;
}

}  // namespace

Result<Answers> Answers::open(const Plan& plan, unsigned worker) {
  return Answers(plan, worker, TRY(Deduplicator::open(plan.share_of(worker).count())));
}

Answers::Answers(const Plan& plan, unsigned worker, Deduplicator deduplicator)
    : plan_(&plan), worker_share_(plan.share_of(worker)), deduplicator_(std::move(deduplicator)) {}

std::optional<std::uint64_t> Answers::turn_of(const net::IpAddress& target, net::Port port) const {
  const std::optional<std::uint64_t> index = plan_->space.index_of(target, port);
  if (!index) return std::nullopt;
  return worker_share_.turn(plan_->shuffle.inverse(*index));
}

// No answer to a SYN says "unfiltered".
void Answers::note_conversation(std::uint64_t turn) {
  insert(turn, record::PortState::kUnfiltered);
}

bool Answers::has_conversed(std::uint64_t turn) const {
  return deduplicator_.contains(turn, number_of(record::PortState::kUnfiltered));
}

bool Answers::insert(std::uint64_t turn, record::PortState state) {
  if (!deduplicator_.contains(turn)) ++count_;
  return deduplicator_.insert(turn, number_of(state));
}

}  // namespace masscan::engine
