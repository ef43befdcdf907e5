// Asks a TCP port with masscan's SYN, whose sequence number is the cookie, and ends with a RST what
// a SYN-ACK began.
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

extern const Kind kTcpSyn;

}  // namespace masscan::probe
