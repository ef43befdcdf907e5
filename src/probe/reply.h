// What a reply says about a target.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "probe/flow.h"
#include "record/record.h"

namespace masscan::probe {

struct Reply {
  record::PortState state = record::PortState::kOpen;
  Flow flow{};              // of the probe that was answered
  std::uint8_t ttl = 0;     // or hop limit, of the reply
  std::uint8_t reason = 0;  // of records: the flags of a TCP reply
  record::Cause cause = record::Cause::kNone;
  // The numbers, as bits, of the port's requests that may have been answered.
  std::uint32_t requests = 0;
  // Of records, if the reply is a SYN-ACK.
  record::Suspect suspect = record::Suspect::kNone;
  std::uint8_t isn_hash = 0;
  std::uint16_t stack_hash = 0;
  // Set if a frame has to end the exchange (Kind::prepare_ending): the word to write where a probe
  // has its cookie.
  std::optional<std::uint32_t> ending{};

  bool operator==(const Reply&) const = default;
};

struct Verdict {
  enum class Kind : std::uint8_t {
    kReply,    // `reply` is set
    kForeign,  // not a reply to one of our probes
    kBad,      // malformed
  };

  Kind kind = Kind::kForeign;
  Reply reply{};
  Bytes payload{};  // what a service said. Valid until: the frame is released
};

// A verdict that applies only if the packet returns the right cookie, which is not checked yet.
struct Claim {
  Verdict verdict{};
  std::uint32_t cookie = 0;         // the cookie in the packet,
  std::uint32_t cookie_bits = ~0u;  // of which these bits are known

  static Claim foreign() { return {.verdict = {Verdict::Kind::kForeign, {}, {}}}; }
  static Claim bad() { return {.verdict = {Verdict::Kind::kBad, {}, {}}}; }
  static Claim answer(const Reply& reply, std::uint32_t cookie, std::uint32_t cookie_bits = ~0u) {
    return {{Verdict::Kind::kReply, reply, {}}, cookie, cookie_bits};
  }
};

}  // namespace masscan::probe
