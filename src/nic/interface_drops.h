// What an interface lost of the frames it was given.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace masscan::nic {

// Frames dropped by the interface's driver while sending, since the interface exists.
//
// A driver may drop a frame after the socket has accepted it; that is the one loss on this machine
// which no call reports. Linux 6.18's veth reports its drops to the sender (ENOBUFS) AND counts
// them here: the silent loss is what this number grows by, less what the queues count as refused.
Result<std::uint64_t> interface_tx_drops(const std::string& interface);

}  // namespace masscan::nic
