// Writes many frames at once from a template, for the packet path. The missing fields are computed
// by column for all frames, then written frame by frame. Knows no protocol: PreparedFrame has the
// offsets of the fields.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/instruction_set.h"
#include "net/mac_address.h"
#include "net/tx_frame.h"
#include "probe/cookie_batch.h"
#include "probe/flow.h"
#include "probe/prepared_frame.h"
#include "probe/source_set.h"

namespace masscan::probe {

class StampBatch {
 public:
  static constexpr std::size_t kMost = 64;  // frames in one call

  // Fields of many frames by column, in words wide enough for every sum.
  struct Columns {
    std::array<std::uint64_t, kMost> source_high;  // of the address
    std::array<std::uint64_t, kMost> source_low;
    std::array<std::uint64_t, kMost> ports;  // the source's above the target's
    std::array<std::uint64_t, kMost> cookie;
    std::array<std::uint64_t, kMost> identification;
    std::array<std::uint64_t, kMost> ip_checksum;
    std::array<std::uint64_t, kMost> transport_checksum;
  };

  explicit StampBatch(InstructionSet instructions);

  // Writes the probe of target i into slots[i]. `next_hop` is unused on raw IP.
  // REQUIRES: the targets are of the template's family, and `sources` has an address of it. A slot
  // has at least as many bytes as the template, all of which may be overwritten.
  void operator()(const PreparedFrame& prepared, const SourceSet& sources,
                  const net::MacAddress& next_hop, const TargetColumns& targets,
                  std::span<const std::uint64_t> cookies, std::span<net::TxFrame> slots) const;
  // Writes one frame of this flow, with `word` in the place of a probe's cookie.
  void one(const PreparedFrame& prepared, const net::MacAddress& next_hop, const Flow& flow,
           std::uint32_t word, net::TxFrame& slot) const;

 private:
  using Words = std::span<const std::uint64_t>;
  // Computes the last three columns from the others, for each entry of `low`.
  using Kernel = void (*)(const PreparedFrame& prepared, Words high, Words low, Columns& columns);

  static Kernel choose(InstructionSet instructions);
  static void choose_sources(const SourceSet& sources, const TargetColumns& targets,
                             std::span<const std::uint64_t> cookies, Columns& columns);
  void write(const PreparedFrame& prepared, const net::MacAddress& next_hop, Words high, Words low,
             Columns& columns, std::span<net::TxFrame> slots) const;

  Kernel compute_;
};

}  // namespace masscan::probe
