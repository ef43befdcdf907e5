#include "engine/unanswered.h"

#include <algorithm>

#include "targets/exclusion.h"

namespace masscan::engine {

void Unanswered::begin(std::uint64_t first, std::uint64_t end) {
  has_begun_ = true;
  next_ = std::min(first, end);
  end_ = end;
}

std::optional<record::Record> Unanswered::next(const targets::AddressSet* excludes, Instant now) {
  const std::uint64_t turn = next_++;
  if (answers_.contains(turn)) return std::nullopt;
  const targets::Target target = plan_.target(worker_share_.position(turn));
  if (!is_silent_kind(target.port) || !was_probed(target.address, excludes, now)) {
    return std::nullopt;
  }
  return record::Record{.address = target.address,
                        .port = target.port,
                        .state = record::PortState::kOpenFiltered,
                        .cause = record::Cause::kNoResponse};
}

bool Unanswered::is_silent_kind(net::Port port) const {
  return std::ranges::any_of(plan_.kinds, [port](const probe::Kind* kind) {
    return kind->silence_may_be_open && kind->asks(port);
  });
}

// Nothing is remembered per target. A next hop that is not known at the end counts as one that was
// never known.
bool Unanswered::was_probed(const net::IpAddress& address, const targets::AddressSet* excludes,
                            Instant now) {
  if (excludes != nullptr && targets::is_excluded(address, *excludes)) return false;
  const std::optional<NextHop> next_hop = plan_.next_hops.find(address);
  if (!next_hop) return false;
  Link& link = links_[next_hop->link];
  return link.sources().has(address.family()) &&
         link.find_mac(next_hop->address, now).state == stack::Lookup::State::kKnown;
}

}  // namespace masscan::engine
