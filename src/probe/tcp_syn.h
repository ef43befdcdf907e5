// Probes a TCP port with masscan's SYN, whose sequence number is the cookie. Ends the connection
// that a SYN-ACK begins with a RST.
#pragma once

#include "probe/kind.h"

namespace masscan::probe {

extern const Kind kTcpSyn;

}  // namespace masscan::probe
