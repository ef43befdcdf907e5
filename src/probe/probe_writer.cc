#include "probe/probe_writer.h"

#include <algorithm>

#include "base/check.h"

namespace masscan::probe {

ProbeWriter::ProbeWriter(std::span<const Kind* const> kinds, const FrameSettings& settings,
                         InstructionSet instructions)
    : stamp_(instructions) {
  CHECK(!kinds.empty());
  for (const Kind* kind : kinds) kinds_.push_back(prepare(*kind, settings));
}

ProbeWriter::Prepared ProbeWriter::prepare(const Kind& kind, const FrameSettings& settings) {
  constexpr auto kV4 = net::Family::kIpv4;
  constexpr auto kV6 = net::Family::kIpv6;
  Prepared prepared{.kind = &kind,
                    .probe_v4 = kind.prepare(settings, kV4),
                    .probe_v6 = kind.prepare(settings, kV6),
                    .ending_v4 = {},
                    .ending_v6 = {}};
  if (kind.prepare_ending == nullptr) return prepared;
  prepared.ending_v4 = kind.prepare_ending(settings, kV4);
  prepared.ending_v6 = kind.prepare_ending(settings, kV6);
  return prepared;
}

const ProbeWriter::Prepared& ProbeWriter::of(net::Port port) const {
  const auto found =
      std::ranges::find_if(kinds_, [&](const Prepared& each) { return each.kind->asks(port); });
  DCHECK(found != kinds_.end());
  return *found;
}

void ProbeWriter::write(const SourceSet& sources, const net::MacAddress& next_hop,
                        const TargetColumns& targets, std::span<const std::uint64_t> cookies,
                        std::span<net::TxFrame> slots) const {
  const net::Family family = targets.families.front();
  if (kinds_.size() == 1) {
    return stamp_(kinds_.front().probe(family), sources, next_hop, targets, cookies, slots);
  }
  // Kinds are in random order, so each is gathered; the frames keep their slots.
  for (const Prepared& prepared : kinds_) {
    Gathered of_kind;
    gather(*prepared.kind, targets, cookies, slots, of_kind);
    if (of_kind.count == 0) continue;
    const TargetColumns all{targets.families, of_kind.high, of_kind.low, of_kind.ports};
    const auto filled = std::span(of_kind.slots).first(of_kind.count);
    stamp_(prepared.probe(family), sources, next_hop, all.part(0, of_kind.count),
           std::span(of_kind.cookies).first(of_kind.count), filled);
    for (std::size_t i = 0; i < filled.size(); ++i) {
      slots[of_kind.places[i]].length = filled[i].length;
    }
  }
}

void ProbeWriter::gather(const Kind& kind, const TargetColumns& targets,
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
    gathered.count += kind.asks(targets.ports[i]) ? 1 : 0;
  }
}

void ProbeWriter::write_ending(const net::MacAddress& next_hop, const Flow& flow,
                               std::uint32_t word, net::TxFrame& slot) const {
  stamp_.one(of(flow.port).ending(flow.target.family()), next_hop, flow, word, slot);
}

}  // namespace masscan::probe
