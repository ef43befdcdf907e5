// What a service said, on its way to the writer, which reads it: a datagram, or all that came on a
// connection.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>

#include "banner/stream_protocol.h"
#include "base/bytes.h"
#include "base/time.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::engine {

struct Message {
  WallTime time{};  // zero: not known
  net::IpAddress address{};
  net::Port port{};
  std::uint8_t ttl = 0;
  // Of a connection: whose hello was sent last; null: none was.
  const banner::StreamProtocol* asked = nullptr;
};
static_assert(std::is_trivially_copyable_v<Message>);

}  // namespace masscan::engine
