// A frame from an interface to itself, which every receiver ignores. It tests whether a link
// accepts frames at all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace masscan::nic {

inline constexpr std::size_t kCheckFrameBytes = 60;  // the minimum length of Ethernet

// Writes the header at the front of a zeroed frame. `mac` is ours, six octets.
inline void write_check_frame(MutableBytes frame, Bytes mac) {
  constexpr std::uint16_t kExperimentalType = 0x88b5;  // IEEE 802: for local experiments
  std::ranges::copy(mac, frame.begin());
  std::ranges::copy(mac, frame.begin() + static_cast<std::ptrdiff_t>(mac.size()));
  store_be(frame, 2 * mac.size(), kExperimentalType);
}

// Returns the source address of an Ethernet frame.
inline Bytes source_mac(Bytes frame) { return frame.subspan(6, 6); }

}  // namespace masscan::nic
