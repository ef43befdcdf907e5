// How services are talked to, as the user wants it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "banner/stream_settings.h"
#include "base/time.h"
#include "net/ip_address.h"
#include "protocols/hello_order.h"

namespace masscan::engine {

struct ConversationPlan {
  banner::StreamSettings settings;
  std::shared_ptr<const protocols::HelloOrder> hellos;
  std::map<net::IpAddress, std::string> host_names;  // of the targets that have one
  bool checks_data = false;           // open ports are written after the outcome, which marks them
  Duration connection_timeout = 30s;  // of a connection, from its SYN-ACK on
  // A service that has said nothing for so long is asked something else, or is left.
  Duration hello_timeout = 2s;
  std::uint32_t max_received = 65536;       // bytes of one connection
  std::size_t most = std::size_t{1} << 20;  // conversations of the scan at a time
};

}  // namespace masscan::engine
