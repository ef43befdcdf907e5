#include "scan/passages.h"

namespace masscan::scan {

std::optional<Passage> Passages::find(const net::IpAddress& target, Instant now) {
  const Stretch& way = stretch(target);
  if (!way.link) return std::nullopt;
  Link& link = links_[*way.link];
  const bool is_one_hop = way.router || link.has_one_mac(target.family());
  if (!is_one_hop || !link.sources().has(target.family())) return std::nullopt;
  const stack::Lookup hop = link.find_mac(way.router.value_or(target), now);
  if (hop.state != stack::Lookup::State::kKnown) return std::nullopt;
  return Passage{way.addresses, &link, hop.mac};
}

const Stretch& Passages::stretch(const net::IpAddress& target) {
  std::optional<Stretch>& last = last_[target.is_v4() ? 0 : 1];
  if (!last || !last->addresses.contains(target)) last = plan_.ways.stretch(target);
  return *last;
}

std::size_t Passage::leading(const TargetRun& run) const {
  const auto& [families, high, low, ports] = run.targets;
  std::size_t count = 0;
  if (addresses.first.is_v4()) {
    const std::uint64_t first = addresses.first.low();
    const std::uint64_t length = addresses.last.low() - first;
    while (count < run.count() && families[count] == net::Family::kIpv4 &&
           low[count] - first <= length) {
      ++count;
    }
  } else {
    while (count < run.count() && addresses.contains(run.address(count))) ++count;
  }
  return count;
}

}  // namespace masscan::scan
