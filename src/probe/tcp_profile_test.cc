#include "probe/tcp_profile.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "probe/tcp_syn.h"
#include "support/packet_builder.h"
#include "wire/ipv4.h"

namespace masscan::probe {
namespace {

// The names of p0f's signatures.
std::string name_of(std::uint8_t kind, std::size_t rest) {
  switch (kind) {
    case 0:
      return fmt::format("eol+{}", rest);
    case 1:
      return "nop";
    case 2:
      return "mss";
    case 3:
      return "ws";
    case 4:
      return "sok";
    case 8:
      return "ts";
    default:
      return fmt::format("?{}", kind);
  }
}

std::string layout_of(Bytes list) {
  std::string text;
  while (!list.empty()) {
    const auto kind = load_be<std::uint8_t>(list);
    if (!text.empty()) text += ',';
    text += name_of(kind, list.size() - 1);
    if (kind == 0) break;
    list = list.subspan(kind == 1 ? 1 : load_be<std::uint8_t>(list, 1));
  }
  return text;
}

// Returns ttl:mss:window,scale:options:quirks, as p0f would for an IPv4 SYN.
std::string signature(const TcpProfile& profile) {
  FrameSettings settings{.link = net::LinkLayer::kRawIp};
  profile.apply(settings.probes);
  const PreparedFrame frame =
      kTcpSyn.prepare(settings, net::Family::kIpv4, {net::Transport::kTcp, 80}, 0);
  const Bytes packet = Bytes(frame.bytes).first(frame.length);
  const auto ip = wire::Ipv4View::parse(packet);
  const auto tcp = wire::TcpView::parse(ip->payload());
  const wire::TcpOptions options = tcp->options();
  return fmt::format("{}:{}:{},{}:{}:{}", ip->ttl(), options.mss.value_or(0), tcp->window(),
                     options.window_scale.value_or(0),
                     layout_of(ip->payload().subspan(wire::TcpHeader::kMinLength)),
                     ip->header().dont_fragment ? "df" : "");
}

struct Row {
  std::string_view name;
  std::string_view signature;
};

class Profile : public testing::TestWithParam<Row> {};

TEST_P(Profile, HasTheSignatureOfItsSystem) {
  const TcpProfile* const profile = find_tcp_profile(GetParam().name);
  ASSERT_NE(profile, nullptr);
  EXPECT_EQ(signature(*profile), GetParam().signature);
}

// Linux since 5.x (window 44 * MSS), Windows 10, macOS since 10.12.
INSTANTIATE_TEST_SUITE_P(
    Tcp, Profile,
    testing::Values(Row{"linux", "64:1460:64240,7:mss,sok,ts,nop,ws:df"},
                    Row{"windows", "128:1460:64240,8:mss,nop,ws,nop,nop,sok:df"},
                    Row{"macos", "64:1460:65535,6:mss,nop,ws,nop,nop,ts,sok,eol+1:df"},
                    Row{"minimal", "64:1460:1024,0:mss:"}));

TEST(TcpProfiles, HaveARowInTheTableOfSignatures) {
  EXPECT_EQ(tcp_profiles().size(), 4u);
  EXPECT_EQ(find_tcp_profile(""), nullptr);
}

}  // namespace
}  // namespace masscan::probe
