// Tells answers to our probes from everything else that arrives.
#pragma once

#include <cstdint>

#include "probe/cookie.h"
#include "probe/reply.h"
#include "probe/source_set.h"
#include "wire/packet.h"

namespace masscan::probe {

struct Verdict {
  enum class Kind : std::uint8_t {
    kReply,    // `reply` says what about whom
    kForeign,  // not an answer to a question of this worker
    kBad,      // makes no sense as what it claims to be
  };

  Kind kind = Kind::kForeign;
  Reply reply{};
};

// Knows the key and the sources of one worker and nothing else; so whether a reply's target was
// ever to be asked (it was, unless the key is known to others) is for the caller to check.
class Recogniser {
 public:
  Recogniser(Cookie cookie, SourceSet sources);

  // SYN-ACK and RST with the cookie in their acknowledgment; ICMP and ICMPv6 errors that quote a
  // probe with its cookie. The packet's checksums are the caller's matter.
  Verdict recognise(const wire::Packet& packet) const;

 private:
  Verdict recognise_tcp(const wire::Packet& packet) const;
  Verdict recognise_error(const wire::Packet& packet) const;
  bool is_ours(const Flow& flow, std::uint32_t sequence) const;

  Cookie cookie_;
  SourceSet sources_;
};

}  // namespace masscan::probe
