// Many SYNs at once, for the packet path: the same frames as TcpStamper writes one by one. What
// goes into the frames is computed field by field for all of them, then written frame by frame.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/instruction_set.h"
#include "net/mac_address.h"
#include "probe/cookie_batch.h"
#include "probe/source_set.h"
#include "probe/tcp_stamper.h"

namespace masscan::probe {

class StampBatch {
 public:
  static constexpr std::size_t kMost = 64;  // frames in one call

  // Fields of many frames side by side, as numbers: words wide enough for every sum.
  struct Columns {
    std::array<std::uint64_t, kMost> source_high;  // of the address
    std::array<std::uint64_t, kMost> source_low;
    std::array<std::uint64_t, kMost> ports;  // the source's above the target's
    std::array<std::uint64_t, kMost> sequence;
    std::array<std::uint64_t, kMost> identification;
    std::array<std::uint64_t, kMost> ip_checksum;
    std::array<std::uint64_t, kMost> tcp_checksum;
  };

  explicit StampBatch(InstructionSet instructions);

  // frames[i] asks target i. All targets are of the family of the first, and `sources` has an
  // address of that family. Returns the length that each frame has; the buffers are as
  // TcpStamper::stamp wants them.
  std::size_t operator()(const TcpStamper& stamper, const SourceSet& sources,
                         const net::MacAddress& next_hop, const TargetColumns& targets,
                         std::span<const std::uint64_t> cookies,
                         std::span<const MutableBytes> frames) const;

 private:
  // Computes the last three columns from the others, for each of `low`.
  using Kernel = void (*)(const TcpStamper::Template& prepared, std::span<const std::uint64_t> high,
                          std::span<const std::uint64_t> low, Columns& columns);

  static Kernel choose(InstructionSet instructions);
  static void choose_sources(const SourceSet& sources, const TargetColumns& targets,
                             std::span<const std::uint64_t> cookies, Columns& columns);

  Kernel compute_;
};

}  // namespace masscan::probe
