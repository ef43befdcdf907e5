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

  // Writes the probe of each target, by its kind, as StampBatch does.
  // REQUIRES: all targets are of one family.
  void write(const SourceSet& sources, const net::MacAddress& next_hop,
             const TargetColumns& targets, std::span<const std::uint64_t> cookies,
             std::span<net::TxFrame> slots) const;
  // Writes the ending for a reply with Reply::ending.
  void write_ending(const net::MacAddress& next_hop, const Flow& flow, std::uint32_t word,
                    net::TxFrame& slot) const;

 private:
  // The templates of a kind, for both families.
  struct Prepared {
    const Kind* kind;
    PreparedFrame probe_v4;
    PreparedFrame probe_v6;
    PreparedFrame ending_v4;
    PreparedFrame ending_v6;

    const PreparedFrame& probe(net::Family family) const {
      return family == net::Family::kIpv4 ? probe_v4 : probe_v6;
    }
    const PreparedFrame& ending(net::Family family) const {
      return family == net::Family::kIpv4 ? ending_v4 : ending_v6;
    }
  };
  // The targets of one kind in a batch, and their slots.
  struct Gathered {
    std::array<std::uint64_t, kMost> high;
    std::array<std::uint64_t, kMost> low;
    std::array<net::Port, kMost> ports;
    std::array<std::uint64_t, kMost> cookies;
    std::array<net::TxFrame, kMost> slots;
    std::array<std::size_t, kMost> places;
    std::size_t count = 0;
  };
  static void gather(const Kind& kind, const TargetColumns& targets,
                     std::span<const std::uint64_t> cookies, std::span<const net::TxFrame> slots,
                     Gathered& gathered);
  static Prepared prepare(const Kind& kind, const FrameSettings& settings);
  const Prepared& of(net::Port port) const;

  std::vector<Prepared> kinds_;
  StampBatch stamp_;
};

}  // namespace masscan::probe
