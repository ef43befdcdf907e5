#include "probe/probe_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "probe/icmp.h"
#include "probe/sctp.h"
#include "probe/tcp_syn.h"
#include "support/probe_frames.h"

namespace masscan::probe {
namespace {

using Frame = std::vector<std::byte>;

const net::MacAddress kRouter = test::mac("02005e100002");

net::IpAddress some_address(Random& random, net::Family family) {
  if (family == net::Family::kIpv4) {
    return net::Ipv4Address(static_cast<std::uint32_t>(random.next()));
  }
  return net::Ipv6Address(make_uint128(random.next(), random.next()));
}

struct Targets {
  std::vector<net::Family> families;
  std::vector<std::uint64_t> high;
  std::vector<std::uint64_t> low;
  std::vector<net::Port> ports;
  std::vector<std::uint64_t> cookies;
};

// Ports of one kind or of any kind.
enum class Mix { kTcp, kPing, kSctp, kAll };

net::Port some_port(Random& random, Mix mix, net::Family family) {
  if (mix == Mix::kAll) mix = static_cast<Mix>(random.below(3));
  if (mix == Mix::kPing) {
    const bool is_question = family == net::Family::kIpv4 && random.chance(0.5);
    constexpr std::array<std::uint16_t, 2> kQuestions = {1, 3};
    return {net::Transport::kIcmp, is_question ? kQuestions[random.below(2)] : std::uint16_t{0}};
  }
  return {mix == Mix::kTcp ? net::Transport::kTcp : net::Transport::kSctp,
          static_cast<std::uint16_t>(random.below(65536))};
}

std::vector<const Kind*> kinds_of(Mix mix) {
  switch (mix) {
    case Mix::kTcp:
      return {&kTcpSyn};
    case Mix::kPing:
      return {&kIcmp};
    case Mix::kSctp:
      return {&kSctp};
    case Mix::kAll:
      break;
  }
  return {kinds().begin(), kinds().end()};
}

Targets some_targets(Random& random, Mix mix, net::Family family, std::size_t count) {
  Targets targets;
  for (std::size_t i = 0; i < count; ++i) {
    const net::IpAddress address = some_address(random, family);
    targets.families.push_back(family);
    targets.high.push_back(address.high());
    targets.low.push_back(address.low());
    targets.ports.push_back(some_port(random, mix, family));
    targets.cookies.push_back(random.next());
  }
  return targets;
}

std::vector<Frame> one_by_one(const FrameSettings& settings, const SourceSet& sources,
                              const Targets& targets) {
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < targets.cookies.size(); ++i) {
    const net::IpAddress address(targets.families[i], targets.high[i], targets.low[i]);
    const Source source = sources.choose(address.family(), targets.cookies[i]).value();
    frames.push_back(test::frame_that_asks(settings, kRouter, {address, targets.ports[i], source},
                                           carried_part(targets.cookies[i])));
  }
  return frames;
}

std::vector<Frame> at_once(const ProbeWriter& writer, const SourceSet& sources,
                           const Targets& targets) {
  std::vector<Frame> frames(targets.cookies.size(),
                            Frame(PreparedFrame::kMaxLength, std::byte{0xee}));
  std::vector<net::TxFrame> slots;
  for (Frame& frame : frames) slots.push_back({.buffer = frame});
  writer.write(sources, kRouter, {targets.families, targets.high, targets.low, targets.ports},
               targets.cookies, 0, slots);
  for (std::size_t i = 0; i < frames.size(); ++i) frames[i].resize(slots[i].length);
  return frames;
}

TEST(ProbeWriter, WritesTheFramesOfOneByOneOfEveryKindOverEveryLinkWithAllOptions) {
  constexpr std::uint64_t kSeed = 1;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (std::size_t count = 1; count <= ProbeWriter::kMost; ++count) {
    for (const wire::TcpOptions& options :
         {wire::TcpOptions{}, wire::TcpOptions{.mss = 1460},
          wire::TcpOptions{.mss = 1,
          .sack_permitted = true,
          .window_scale = 7,
          .timestamp = wire::TcpTimestamp{.value = 0x12345678}}}) {
      const FrameSettings settings{
          .link = random.chance(0.5) ? net::LinkLayer::kEthernet : net::LinkLayer::kRawIp,
          .source_mac = test::mac("02005e100001"),
          .probes = {.ttl = static_cast<std::uint8_t>(random.below(256)), .tcp_options = options}};
      const net::Family family = random.chance(0.5) ? net::Family::kIpv4 : net::Family::kIpv6;
      const net::IpAddress first = some_address(random, family);
      const net::IpAddress other = some_address(random, family);
      const SourceSet sources({{first, first}, {other, other}}, {40000, 40006});
      for (const Mix mix : {Mix::kTcp, Mix::kPing, Mix::kSctp, Mix::kAll}) {
        const Targets targets = some_targets(random, mix, family, count);
        const std::vector<Frame> expected = one_by_one(settings, sources, targets);
        for (const InstructionSet set : instruction_sets()) {
          const ProbeWriter writer(kinds_of(mix), settings, set);
          ASSERT_EQ(at_once(writer, sources, targets), expected) << count << " frames";
        }
      }
    }
  }
}

}  // namespace
}  // namespace masscan::probe
