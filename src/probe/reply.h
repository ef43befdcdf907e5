// What an answer says about a target.
#pragma once

#include <cstdint>
#include <optional>

#include "net/ip_address.h"
#include "probe/flow.h"

namespace masscan::probe {

struct Reply {
  enum class Kind : std::uint8_t { kOpen, kClosed, kFiltered };

  Kind kind = Kind::kOpen;
  Flow flow{};              // of the probe that was answered
  net::IpAddress from{};    // the target, or the router that sent an ICMP error
  std::uint8_t ttl = 0;     // or hop limit, of the answer
  std::uint8_t reason = 0;  // as records have it: the flags of a TCP answer; 0: none
  // The answer waits for a frame that ends what it began (Kind::prepare_ending), with this word
  // where a probe has its cookie.
  std::optional<std::uint32_t> ending{};

  bool operator==(const Reply&) const = default;
};

struct Verdict {
  enum class Kind : std::uint8_t {
    kReply,    // `reply` says what about whom
    kForeign,  // not an answer to a question of ours
    kBad,      // makes no sense as what it claims to be
  };

  Kind kind = Kind::kForeign;
  Reply reply{};
};

// A verdict that holds only if the packet returns the right cookie: nobody has looked yet.
struct Claim {
  Verdict verdict{};
  std::uint32_t cookie = 0;         // what the packet returns of it,
  std::uint32_t cookie_bits = ~0u;  // in these bits

  static Claim foreign() { return {.verdict = {Verdict::Kind::kForeign, {}}}; }
  static Claim bad() { return {.verdict = {Verdict::Kind::kBad, {}}}; }
  static Claim answer(const Reply& reply, std::uint32_t cookie, std::uint32_t cookie_bits = ~0u) {
    return {{Verdict::Kind::kReply, reply}, cookie, cookie_bits};
  }
};

}  // namespace masscan::probe
