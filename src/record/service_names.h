// Names of services and protocols as the system's databases (/etc/services) have them.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/port.h"
#include "record/record.h"

namespace masscan::record {

constexpr std::string_view kUnknownService = "unknown";

// "http" for 80/tcp, kUnknownService where nobody has named the port. Transports without ports have
// their protocol's name; that of ARP is "ip", which is what masscan prints, and that of
// net::Transport::kIp is the one of `ip_protocol`. Lives as long as the program; the first call
// reads the database.
std::string_view service_name(net::Port port, std::uint8_t ip_protocol = kUnknownProtocol);

}  // namespace masscan::record
