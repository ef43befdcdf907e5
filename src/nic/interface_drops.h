// Frames that an interface dropped.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace masscan::nic {

// Returns the number of frames that the interface's driver dropped on send since the interface
// exists.
//
// A driver may drop a frame after the socket accepted it, the only loss on this machine that no
// call reports. Linux 6.18's veth reports its drops to the sender (ENOBUFS) AND counts them here:
// the unreported loss is the growth of this number minus the refusals that the queues count.
Result<std::uint64_t> interface_tx_drops(const std::string& interface);

}  // namespace masscan::nic
