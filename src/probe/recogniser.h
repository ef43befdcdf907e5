// Distinguishes replies to our probes from all other packets.
#pragma once

#include <cstdint>

#include "probe/cookie.h"
#include "probe/reply.h"
#include "probe/source_set.h"
#include "wire/packet.h"

namespace masscan::probe {

// Knows only the key and the sources of one worker. The caller checks that the target is one of the
// scan; it is, unless the key is known to others.
class Recogniser {
 public:
  Recogniser(Cookie cookie, SourceSet sources);

  // Recognises replies to every kind of probe, and ICMP and ICMPv6 errors that quote one, if the
  // cookie is right. The caller verifies checksums.
  Verdict recognise(const wire::Packet& packet) const;

 private:
  Verdict judge(const Claim& claim) const;

  Cookie cookie_;
  SourceSet sources_;
};

}  // namespace masscan::probe
