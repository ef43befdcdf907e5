#include "targets/port_set.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <utility>

namespace masscan::targets {
namespace {

std::string_view prefix_of(net::Transport transport) {
  constexpr std::array<std::string_view, 6> kPrefixes = {"", "U:", "S:", "I:", "I:", "O:"};
  return kPrefixes[static_cast<std::size_t>(transport)];
}

// masscan writes ARP, which has no numbers, as 2 under "I:".
std::string describe(const TransportPorts& run) {
  const std::string numbers = run.transport == net::Transport::kArp ? "2" : to_string(run.ports);
  return fmt::format("{}{}", prefix_of(run.transport), numbers);
}

}  // namespace

void PortSet::add(const std::vector<TransportPorts>& runs) {
  std::vector<Range<Key>> keys;
  keys.reserve(runs.size());
  for (const TransportPorts& run : runs) {
    keys.push_back({Key(net::Port{run.transport, run.ports.first}),
                    Key(net::Port{run.transport, run.ports.last})});
  }
  keys_.add(std::move(keys));
  index_ = RangeIndex<Key>(keys_.ranges());
}

void PortSet::subtract(const PortSet& other) {
  keys_.subtract(other.keys_);
  index_ = RangeIndex<Key>(keys_.ranges());
}

std::optional<std::uint64_t> PortSet::index_of(net::Port port) const {
  return index_.position_of(keys_.ranges(), Key(port));
}

std::vector<TransportPorts> PortSet::ranges() const {
  std::vector<TransportPorts> runs;
  for (const Range<Key>& keys : keys_.ranges()) {
    const net::Port first = keys.first.port();
    runs.push_back({first.transport, {first.number, keys.last.port().number}});
  }
  return runs;
}

std::string to_string(const PortSet& ports) {
  std::string text;
  for (const TransportPorts& run : ports.ranges()) {
    if (!text.empty()) text += ',';
    text += describe(run);
  }
  return text;
}

}  // namespace masscan::targets
