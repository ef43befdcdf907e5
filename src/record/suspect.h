// Why an open port may be a fake: an answer of a SYN proxy, middlebox or tarpit that accepts
// connections to ports without a service. See docs/fakes.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace masscan::record {

// Numbers are stored in spools and reports.
enum class Suspect : std::uint8_t {
  kNone = 0,
  kZeroWindow = 1,   // the SYN-ACK accepts no data, as that of Linux' SYNPROXY
  kNoOptions = 2,    // it has no TCP options, although the SYN had some
  kCopiedIsn = 3,    // its sequence number is 0 or computed from ours
  kSameIsn = 4,      // its host uses one sequence number for all ports
  kDenseHost = 5,    // its host answers at more ports than is plausible
  kDensePrefix = 6,  // nearly all of its /24 or /64 answers
  kAnyPort = 7,      // its host answers in the same way at ports that nothing should use
  // Found by --data-check.
  kNoDataAck = 8,         // it acknowledges nothing that is sent to it
  kNoAnswer = 9,          // it says nothing
  kClosedUnanswered = 10  // nor that, but it ends the connection
};
constexpr Suspect kLastSuspect = Suspect::kClosedUnanswered;

// Returns the word in results: "dense-host". Empty for kNone and unknown numbers.
std::string_view suspect_text(Suspect suspect);
// The inverse; "" is kNone.
std::optional<Suspect> parse_suspect(std::string_view text);

}  // namespace masscan::record
