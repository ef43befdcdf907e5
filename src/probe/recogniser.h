// Tells answers to our probes from everything else that arrives.
#pragma once

#include <cstdint>

#include "probe/cookie.h"
#include "probe/reply.h"
#include "probe/source_set.h"
#include "wire/packet.h"

namespace masscan::probe {

// Knows the key and the sources of one worker and nothing else; so whether a reply's target was
// ever to be asked (it was, unless the key is known to others) is for the caller to check.
class Recogniser {
 public:
  Recogniser(Cookie cookie, SourceSet sources);

  // Answers of every kind of probe, and ICMP and ICMPv6 errors that quote one, with the right
  // cookie. The packet's checksums are the caller's matter.
  Verdict recognise(const wire::Packet& packet) const;

 private:
  Verdict judge(const Claim& claim) const;

  Cookie cookie_;
  SourceSet sources_;
};

}  // namespace masscan::probe
