// A frame in one line, for people: what --packet-trace prints, in nmap's words.
#pragma once

#include <string>

#include "wire/packet.h"

namespace masscan::wire {

// "TCP 10.0.0.1:61000 > 10.1.0.5:80 S ttl=255 id=0 iplen=44 seq=1 win=1024 <mss 1460>". Whatever
// the frame holds, the line is printable and has no line break.
std::string describe(Bytes frame, Link link);

}  // namespace masscan::wire
