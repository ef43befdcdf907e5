// A frame from an interface to itself, which nobody takes: a way to learn whether a link takes
// frames at all.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace masscan::nic {

inline constexpr std::size_t kCheckFrameBytes = 60;  // the shortest that Ethernet carries

// Into the first bytes of zeroes. `mac`: ours, six octets.
inline void write_check_frame(MutableBytes frame, Bytes mac) {
  constexpr std::uint16_t kExperimentalType = 0x88b5;  // IEEE 802: for local experiments
  std::ranges::copy(mac, frame.begin());
  std::ranges::copy(mac, frame.begin() + static_cast<std::ptrdiff_t>(mac.size()));
  store_be(frame, 2 * mac.size(), kExperimentalType);
}

// Of an Ethernet frame, whose it is.
inline Bytes source_mac(Bytes frame) { return frame.subspan(6, 6); }

}  // namespace masscan::nic
