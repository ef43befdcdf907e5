// Writes the frames of TCP connections. Unlike probes, each has its own payload.
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "net/mac_address.h"
#include "probe/flow.h"
#include "probe/prepared_frame.h"
#include "wire/tcp.h"

namespace masscan::probe {

// Returns how many bytes of payload a segment holds on a link with this MTU, beside 12 bytes of
// options.
std::size_t segment_room(std::size_t mtu, net::Family family);

// Writes the frame of a segment from us to the target of `flow`; returns its length. The ports of
// `header` are set here.
// REQUIRES: `frame` has room for it.
std::size_t write_segment(const FrameSettings& settings, const Flow& flow,
                          const net::MacAddress& next_hop, wire::TcpHeader header, Bytes payload,
                          MutableBytes frame);

}  // namespace masscan::probe
