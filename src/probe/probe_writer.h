// Writes the frames of one link: probes of every kind in the scan, and the frames that end the
// exchanges begun by their replies.
// Owner: engine::Link. Thread: the worker's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/instruction_set.h"
#include "net/mac_address.h"
#include "net/tx_frame.h"
#include "probe/cookie_batch.h"
#include "probe/flow.h"
#include "probe/kind.h"
#include "probe/prepared_frame.h"
#include "probe/source_set.h"
#include "probe/stamp_batch.h"

namespace masscan::probe {

class ProbeWriter {
 public:
  static constexpr std::size_t kMost = StampBatch::kMost;  // frames in one call

  // REQUIRES: at least one kind.
  ProbeWriter(std::span<const Kind* const> kinds, const FrameSettings& settings,
              InstructionSet instructions);

  // Writes the probe of each target, by its kind, as StampBatch does. A port with several requests
  // gets the next one in each round.
  // REQUIRES: all targets are of one family.
  void write(const SourceSet& sources, const net::MacAddress& next_hop,
             const TargetColumns& targets, std::span<const std::uint64_t> cookies, unsigned round,
             std::span<net::TxFrame> slots) const;
  // Writes the ending for a reply with Reply::ending.
  void write_ending(const net::MacAddress& next_hop, const Flow& flow, std::uint32_t word,
                    net::TxFrame& slot) const;

 private:
  // A template for both families.
  struct Template {
    PreparedFrame v4;
    PreparedFrame v6;

    const PreparedFrame& of(net::Family family) const {
      return family == net::Family::kIpv4 ? v4 : v6;
    }
  };
  // Which templates a port gets in turn.
  struct Requests {
    std::uint32_t first = 0;
    std::uint32_t count = 1;
  };
  struct Prepared {
    const Kind* kind;
    std::vector<Template> probes;
    std::vector<Requests> of_port;  // by its number; empty: every port gets the only template
    Template ending;
  };
  // The targets of one template in a batch, and their slots.
  struct Gathered {
    std::array<std::uint64_t, kMost> high;
    std::array<std::uint64_t, kMost> low;
    std::array<net::Port, kMost> ports;
    std::array<std::uint64_t, kMost> cookies;
    std::array<net::TxFrame, kMost> slots;
    std::array<std::size_t, kMost> places;
    std::size_t count = 0;
  };
  using Chosen = std::array<const Template*, kMost>;

  static Prepared prepare(const Kind& kind, const FrameSettings& settings);
  const Prepared& of(net::Port port) const;
  const Template& choose(net::Port port, unsigned round) const;
  bool choose_all(const TargetColumns& targets, unsigned round, std::size_t count,
                  Chosen& chosen) const;
  static void gather(const Template& chosen, const Chosen& all, const TargetColumns& targets,
                     std::span<const std::uint64_t> cookies, std::span<const net::TxFrame> slots,
                     Gathered& gathered);

  std::vector<Prepared> kinds_;
  StampBatch stamp_;
};

}  // namespace masscan::probe
