#include "scan/answers.h"

#include <utility>

namespace masscan::scan {

namespace {

unsigned number_of(report::PortState state) {
  return state == report::PortState::kOpen ? 0 : state == report::PortState::kClosed ? 1 : 2;
}

}  // namespace

Result<Answers> Answers::open(const Plan& plan, unsigned worker) {
  return Answers(plan, worker, TRY(Deduplicator::open(plan.slice(worker).count())));
}

Answers::Answers(const Plan& plan, unsigned worker, Deduplicator deduplicator)
    : plan_(&plan), slice_(plan.slice(worker)), deduplicator_(std::move(deduplicator)) {}

std::optional<std::uint64_t> Answers::turn_of(const net::IpAddress& target, net::Port port) const {
  const std::optional<std::uint64_t> index = plan_->space.index_of(target, port);
  if (!index) return std::nullopt;
  return slice_.turn(plan_->shuffle.inverse(*index));
}

bool Answers::insert(std::uint64_t turn, report::PortState state) {
  if (!deduplicator_.contains(turn)) ++count_;
  return deduplicator_.insert(turn, number_of(state));
}

}  // namespace masscan::scan
