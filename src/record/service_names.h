// Names of services and protocols from the system's databases (/etc/services).
#pragma once

#include <cstdint>
#include <string_view>

#include "net/port.h"
#include "record/record.h"

namespace masscan::record {

constexpr std::string_view kUnknownService = "unknown";

// Returns "http" for 80/tcp, or kUnknownService for a port without a name. For a transport without
// ports it returns the protocol's name: "ip" for ARP, as masscan prints it, and the name of
// `ip_protocol` for net::Transport::kIp. The first call reads the database. Valid until: the
// program ends.
std::string_view service_name(net::Port port, std::uint8_t ip_protocol = kUnknownProtocol);

}  // namespace masscan::record
