// The protocols that are spoken over TCP.
#pragma once

#include <cstdint>
#include <span>

#include "banner/stream_protocol.h"

namespace masscan::protocols {

// Returns all protocols, in the order in which a stream is tried. Valid for the life of the
// program.
std::span<const banner::StreamProtocol* const> stream_protocols();

// Returns the protocol that is expected at a port; null if there is none.
const banner::StreamProtocol* expected_at(std::uint16_t port);

struct StreamReading {
  banner::StreamStep step;
  const banner::StreamProtocol* protocol = nullptr;  // null: none is recognised yet
};

// Reads a stream: by the protocol whose hello was sent (null: none was), then by those expected at
// the port, then by all others. While one of these may still recognise it, those after it wait.
// The step is never kForeign before the stream has ended or no protocol can recognise it any more.
StreamReading read_stream(const banner::Stream& stream, const banner::StreamProtocol* asked,
                          banner::StreamOutput& out);

}  // namespace masscan::protocols
