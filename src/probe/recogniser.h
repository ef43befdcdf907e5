// Distinguishes replies to our probes from all other packets.
#pragma once

#include <span>
#include <vector>

#include "probe/cookie.h"
#include "probe/kind.h"
#include "probe/probe_settings.h"
#include "probe/reply.h"
#include "probe/source_set.h"
#include "wire/icmp.h"
#include "wire/packet.h"

namespace masscan::probe {

// Knows only the key and the sources of one worker. The caller checks that the target is one of the
// scan; it is, unless the key is known to others.
class Recogniser {
 public:
  // `kinds` are those of the scan.
  Recogniser(Cookie cookie, SourceSet sources, std::span<const Kind* const> kinds,
             const ProbeSettings& settings);

  // Recognises replies to the kinds of probes, and ICMP and ICMPv6 errors that quote one, if the
  // cookie is right. The caller verifies checksums.
  Verdict recognise(const wire::Packet& packet) const;

 private:
  const Kind* find(const wire::Packet& packet,
                   const net::PacketPattern& (Kind::*pattern)(net::Family) const) const;
  Claim read(const wire::Packet& packet) const;
  Claim read_reply(const wire::Packet& packet) const;
  Claim read_error(const wire::Packet& packet, const wire::IcmpView& message) const;
  Verdict judge(const Claim& claim) const;

  Cookie cookie_;
  SourceSet sources_;
  std::vector<const Kind*> kinds_;
  ProbeSettings settings_;
};

}  // namespace masscan::probe
