#include "probe/probe_writer.h"

#include <algorithm>
#include <optional>

#include "base/check.h"

namespace masscan::probe {

ProbeWriter::ProbeWriter(std::span<const Kind* const> kinds, const FrameSettings& settings,
                         InstructionSet instructions)
    : stamp_(instructions) {
  CHECK(!kinds.empty());
  for (const Kind* kind : kinds) {
    if (kind->has_frames()) kinds_.push_back(prepare(*kind, settings));
  }
}

// Ports without requests of their own share a template.
ProbeWriter::Prepared ProbeWriter::prepare(const Kind& kind, const FrameSettings& settings) {
  constexpr auto kV4 = net::Family::kIpv4;
  constexpr auto kV6 = net::Family::kIpv6;
  Prepared prepared{.kind = &kind, .probes = {}, .of_port = {}, .ending = {}};
  const auto add = [&](net::Port port, unsigned request) {
    prepared.probes.push_back(
        {kind.prepare(settings, kV4, port, request), kind.prepare(settings, kV6, port, request)});
  };
  if (kind.prepare_ending != nullptr) {
    prepared.ending = {kind.prepare_ending(settings, kV4), kind.prepare_ending(settings, kV6)};
  }
  if (kind.requests == nullptr) {
    add(kind.first_port(), 0);
    return prepared;
  }
  std::optional<std::uint32_t> empty;
  for (std::uint32_t number = 0; number <= kind.ports.ports.last; ++number) {
    const net::Port port{kind.ports.transport, static_cast<std::uint16_t>(number)};
    const unsigned count = kind.requests(settings.probes, port.number);
    const auto next = static_cast<std::uint32_t>(prepared.probes.size());
    if (count == 0) {
      if (!empty) add(port, 0);
      empty = empty.value_or(next);
      prepared.of_port.push_back({*empty, 1});
      continue;
    }
    prepared.of_port.push_back({next, count});
    for (unsigned request = 0; request < count; ++request) add(port, request);
  }
  return prepared;
}

const ProbeWriter::Prepared& ProbeWriter::of(net::Port port) const {
  const auto found =
      std::ranges::find_if(kinds_, [&](const Prepared& each) { return each.kind->asks(port); });
  DCHECK(found != kinds_.end());
  return *found;
}

const ProbeWriter::Template& ProbeWriter::choose(net::Port port, unsigned round) const {
  const Prepared& prepared = of(port);
  if (prepared.of_port.empty()) return prepared.probes.front();
  const Requests& requests = prepared.of_port[port.number];
  return prepared.probes[requests.first + round % requests.count];
}

// Returns true if all targets get the first one's template.
bool ProbeWriter::choose_all(const TargetColumns& targets, unsigned round, std::size_t count,
                             Chosen& chosen) const {
  if (kinds_.size() == 1 && kinds_.front().of_port.empty()) {
    chosen[0] = &kinds_.front().probes.front();
    return true;
  }
  bool is_one = true;
  for (std::size_t i = 0; i < count; ++i) {
    chosen[i] = &choose(targets.ports[i], round);
    is_one = is_one && chosen[i] == chosen[0];
  }
  return is_one;
}

// Templates are in random order, so the targets of each are gathered; the frames keep their slots.
void ProbeWriter::write(const SourceSet& sources, const net::MacAddress& next_hop,
                        const TargetColumns& targets, std::span<const std::uint64_t> cookies,
                        unsigned round, std::span<net::TxFrame> slots) const {
  const net::Family family = targets.families.front();
  Chosen chosen;
  if (choose_all(targets, round, slots.size(), chosen)) {
    return stamp_(chosen[0]->of(family), sources, next_hop, targets, cookies, slots);
  }
  for (std::size_t first = 0; first < slots.size(); ++first) {
    const Template* const probe = chosen[first];
    if (probe == nullptr) continue;
    Gathered gathered;
    gather(*probe, chosen, targets, cookies, slots, gathered);
    const TargetColumns all{targets.families, gathered.high, gathered.low, gathered.ports};
    const auto filled = std::span(gathered.slots).first(gathered.count);
    stamp_(probe->of(family), sources, next_hop, all.part(0, gathered.count),
           std::span(gathered.cookies).first(gathered.count), filled);
    for (std::size_t i = 0; i < filled.size(); ++i) {
      slots[gathered.places[i]].length = filled[i].length;
      chosen[gathered.places[i]] = nullptr;
    }
  }
}

void ProbeWriter::gather(const Template& chosen, const Chosen& all, const TargetColumns& targets,
                         std::span<const std::uint64_t> cookies,
                         std::span<const net::TxFrame> slots, Gathered& gathered) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::size_t at = gathered.count;
    gathered.high[at] = targets.high[i];
    gathered.low[at] = targets.low[i];
    gathered.ports[at] = targets.ports[i];
    gathered.cookies[at] = cookies[i];
    gathered.slots[at] = slots[i];
    gathered.places[at] = i;
    gathered.count += all[i] == &chosen ? 1 : 0;
  }
}

void ProbeWriter::write_ending(const net::MacAddress& next_hop, const Flow& flow,
                               std::uint32_t word, net::TxFrame& slot) const {
  stamp_.one(of(flow.port).ending.of(flow.target.family()), next_hop, flow, word, slot);
}

}  // namespace masscan::probe
