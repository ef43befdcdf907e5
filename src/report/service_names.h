// Names of services and protocols as the system's databases (/etc/services) have them.
#pragma once

#include <string_view>

#include "net/port.h"

namespace masscan::report {

// "http" for 80/tcp, "unknown" where nobody has named the port. Transports without ports have
// their protocol's name; that of ARP is "ip", which is what masscan prints. Lives as long as the
// program; the first call reads the database.
std::string_view service_name(net::Port port);

}  // namespace masscan::report
