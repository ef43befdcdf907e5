// Finds a number by a flow. Open addressing with a keyed hash; no deletion marks.
// Owner: Conversations. Thread: the worker's.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/siphash.h"
#include "probe/flow.h"

namespace masscan::engine {

// `flow_of(number)` returns the flow of a number in the table.
class FlowTable {
 public:
  // Memory for `count` numbers is reserved here and touched as used.
  static Result<FlowTable> open(const SipKey& key, std::size_t count) {
    const std::size_t slots = std::bit_ceil(count * 2);
    return FlowTable(key, TRY(MappedMemory::anonymous(slots * sizeof(std::uint32_t))));
  }

  template <typename FlowOf>
  std::optional<std::uint32_t> find(const probe::Flow& flow, const FlowOf& flow_of) const {
    const auto slots = memory_.as<std::uint32_t>();
    for (std::size_t i = home(flow); slots[i] != kFree; i = after(i)) {
      if (flow_of(slots[i] - 1) == flow) return slots[i] - 1;
    }
    return std::nullopt;
  }
  // REQUIRES: the flow is not in the table, which has room.
  void insert(const probe::Flow& flow, std::uint32_t number) {
    const auto slots = memory_.as<std::uint32_t>();
    std::size_t i = home(flow);
    while (slots[i] != kFree) i = after(i);
    slots[i] = number + 1;
  }
  // Moves up what would no longer be found (Knuth, TAOCP 3, 6.4, algorithm R).
  // REQUIRES: the flow is in the table.
  template <typename FlowOf>
  void erase(const probe::Flow& flow, const FlowOf& flow_of) {
    const auto slots = memory_.as<std::uint32_t>();
    std::size_t hole = home(flow);
    while (flow_of(slots[hole] - 1) != flow) hole = after(hole);
    for (std::size_t i = after(hole); slots[i] != kFree; i = after(i)) {
      const std::size_t wanted = home(flow_of(slots[i] - 1));
      if (((i - wanted) & mask()) < ((i - hole) & mask())) continue;
      slots[hole] = slots[i];
      hole = i;
    }
    slots[hole] = kFree;
  }

 private:
  static constexpr std::uint32_t kFree = 0;  // numbers are stored plus one

  FlowTable(const SipKey& key, MappedMemory memory) : key_(key), memory_(std::move(memory)) {}
  std::size_t mask() const { return memory_.as<std::uint32_t>().size() - 1; }
  std::size_t after(std::size_t i) const { return (i + 1) & mask(); }
  std::size_t home(const probe::Flow& flow) const {
    const std::uint64_t ports = std::uint64_t{flow.port.number} << 16 | flow.source.port;
    const std::uint64_t hash = SipHash(key_)
                                   .add(flow.target.high())
                                   .add(flow.target.low())
                                   .add(flow.source.address.low())
                                   .add(ports)
                                   .finish();
    return hash & mask();
  }

  SipKey key_;
  MappedMemory memory_;
};

}  // namespace masscan::engine
