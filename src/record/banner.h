// The text a service sent: the second kind of result besides record::Record. The engine's protocols
// and file readers make banners; formats write them.
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
  // TTL or hop limit of the reply (TCP: of the SYN-ACK); stored only in binary files and XML.
  std::uint8_t ttl = 0;
  // Raw bytes, not owned; consumers copy what they keep. Formats write at most kMaxBannerBytes.
  std::string_view text;
  // Name and version of the program as the service states them: "nginx/1.22.1". Raw bytes, not
  // owned, at most kMaxSoftwareBytes. Empty: it states none, or the format does not keep it.
  std::string_view software{};
};

// Longer than the text of any service: the limit of masscan's reader of binary files, minus room
// for the other fields.
constexpr std::size_t kMaxBannerBytes = (std::size_t{1} << 20) - 64;
constexpr std::size_t kMaxSoftwareBytes = 128;

}  // namespace masscan::record
