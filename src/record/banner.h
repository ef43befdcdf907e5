// What a service said: beside record::Record the other kind of result. The engine's protocols and
// readers of files make them; formats turn them into bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "record/application.h"
#include "record/record.h"

namespace masscan::record {

struct Banner {
  WallTime time;
  net::IpAddress address;
  net::Port port;
  std::uint8_t ip_protocol = kUnknownProtocol;  // as in Record
  Application application = Application::kUnknown;
  // TTL or hop limit of the reply, for TCP of the SYN-ACK; only binary files and XML hold it.
  std::uint8_t ttl = 0;
  // Raw bytes of any value, at most kMaxBannerBytes of which are written. Borrowed: whoever takes a
  // Banner copies what it keeps.
  std::string_view text;
};

// Longer than any service's own words; what masscan's reader of binary files accepts, with room for
// the other fields.
constexpr std::size_t kMaxBannerBytes = (std::size_t{1} << 20) - 64;

}  // namespace masscan::record
