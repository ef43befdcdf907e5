// What tests of recognition begin with: our address, a target, the key, and a recogniser of replies
// on raw IP.
#pragma once

#include <span>
#include <string_view>

#include "probe/cookie.h"
#include "probe/kind.h"
#include "probe/recogniser.h"
#include "probe/source_set.h"
#include "probe/stamp_batch.h"
#include "support/packet_builder.h"

namespace masscan::test {

// Completes a frame to the router of the golden captures.
inline Buffer stamped(const probe::PreparedFrame& prepared, const probe::Flow& flow,
                      std::uint32_t word) {
  Buffer buffer(probe::PreparedFrame::kMaxLength, std::byte{0xee});
  net::TxFrame slot{.buffer = buffer};
  probe::StampBatch(InstructionSet::kScalar).one(prepared, mac("02005e100002"), flow, word, slot);
  buffer.resize(slot.length);
  return buffer;
}

class Exchange {
 protected:
  static constexpr SipKey kKey{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

  Exchange(std::string_view ours, std::string_view target,
           std::span<const probe::Kind* const> kinds = probe::kinds(),
           const probe::ProbeSettings& settings = {})
      : ours_(ip(ours)), target_(ip(target)), recogniser_(cookie_, sources_, kinds, settings) {}

  // Returns the flow of the probe to a port of the target.
  probe::Flow flow_to(net::Port port) const {
    return {.target = target_,
            .port = port,
            .source = *sources_.choose(target_.family(), cookie_(target_, port))};
  }
  std::uint32_t carried_by(const probe::Flow& flow) const {
    return probe::carried_part(cookie_(flow.target, flow.port));
  }
  probe::Verdict recognise(const Buffer& bytes) const {
    const auto packet = wire::Packet::parse(bytes, wire::Link::kRawIp);
    return packet ? recogniser_.recognise(*packet) : probe::Verdict{probe::Verdict::Kind::kBad};
  }
  probe::Verdict::Kind kind_of(const Buffer& bytes) const { return recognise(bytes).kind; }

  const net::IpAddress ours_;
  const net::IpAddress target_;
  const probe::Cookie cookie_{kKey};
  const probe::SourceSet sources_{{{ours_, ours_}}, {40000, 40015}};
  const probe::Recogniser recogniser_;
};

}  // namespace masscan::test
