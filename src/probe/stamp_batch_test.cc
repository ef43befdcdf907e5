#include "probe/stamp_batch.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "support/packet_builder.h"

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

Targets some_targets(Random& random, net::Family family, std::size_t count) {
  Targets targets;
  for (std::size_t i = 0; i < count; ++i) {
    const net::IpAddress address = some_address(random, family);
    targets.families.push_back(family);
    targets.high.push_back(address.high());
    targets.low.push_back(address.low());
    targets.ports.push_back(
        {net::Transport::kTcp, static_cast<std::uint16_t>(random.below(65536))});
    targets.cookies.push_back(random.next());
  }
  return targets;
}

std::vector<Frame> one_by_one(const TcpStamper& stamper, const SourceSet& sources,
                              const Targets& targets) {
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < targets.cookies.size(); ++i) {
    const net::IpAddress address(targets.families[i], targets.high[i], targets.low[i]);
    const Source source = sources.choose(address.family(), targets.cookies[i]).value();
    Frame frame(TcpStamper::kMaxLength);
    frame.resize(stamper.stamp(frame, kRouter, {address, targets.ports[i], source},
                               sequence_of(targets.cookies[i])));
    frames.push_back(std::move(frame));
  }
  return frames;
}

std::vector<Frame> at_once(const TcpStamper& stamper, const SourceSet& sources,
                           const Targets& targets, InstructionSet instructions) {
  std::vector<Frame> frames(targets.cookies.size(), Frame(TcpStamper::kMaxLength, std::byte{0xee}));
  const std::vector<MutableBytes> buffers(frames.begin(), frames.end());
  const std::size_t length = StampBatch(instructions)(
      stamper, sources, kRouter, {targets.families, targets.high, targets.low, targets.ports},
      targets.cookies, buffers);
  for (Frame& frame : frames) frame.resize(length);
  return frames;
}

TEST(StampBatch, WritesTheFramesOfTheStamperOverEveryLinkWithAllOptions) {
  constexpr std::uint64_t kSeed = 1;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (std::size_t count = 1; count <= StampBatch::kMost; ++count) {
    for (const wire::TcpOptions& options :
         {wire::TcpOptions{}, wire::TcpOptions{.mss = 1460},
          wire::TcpOptions{.mss = 1,
          .sack_permitted = true,
          .window_scale = 7,
          .timestamp = wire::TcpTimestamp{.value = 0x12345678}}}) {
      const LinkSettings link{
          .link = random.chance(0.5) ? wire::Link::kEthernet : wire::Link::kRawIp,
          .source_mac = test::mac("02005e100001"),
          .ttl = static_cast<std::uint8_t>(random.below(256))};
      const auto stamper = TcpStamper::syn(link, options);
      const net::Family family = random.chance(0.5) ? net::Family::kIpv4 : net::Family::kIpv6;
      const net::IpAddress first = some_address(random, family);
      const net::IpAddress other = some_address(random, family);
      const SourceSet sources({{first, first}, {other, other}}, {40000, 40006});
      const Targets targets = some_targets(random, family, count);
      const std::vector<Frame> expected = one_by_one(stamper, sources, targets);
      for (const InstructionSet set : instruction_sets()) {
        ASSERT_EQ(at_once(stamper, sources, targets, set), expected) << count << " frames";
      }
    }
  }
}

}  // namespace
}  // namespace masscan::probe
