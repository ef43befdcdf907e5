#include "format/append.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace masscan::format {
namespace {

template <typename Piece>
std::string printed(const Piece& piece) {
  std::string out = "before ";
  append(out, piece, '|');
  return out;
}

TEST(Append, PrintsTimesOfAnyLength) {
  for (const std::int64_t seconds :
       {-1l, 0l, 9l, 999'999'999l, 1'000'000'000l, 1'234'567'890l, 1'700'000'009l, 2'147'483'648l,
        4'294'967'295l, 9'223'372'036l}) {
    EXPECT_EQ(printed(WallTime(std::chrono::seconds(seconds))), fmt::format("before {}|", seconds));
  }
  // Times are rounded down.
  EXPECT_EQ(printed(WallTime(1'700'000'000'999'999'999ns)), "before 1700000000|");
}

RC_GTEST_PROP(Append, PrintsEveryIpv4Address, (std::uint32_t number)) {
  const net::IpAddress address = net::Ipv4Address(number);
  RC_ASSERT(printed(address) == "before " + net::to_string(address) + "|");
}

RC_GTEST_PROP(Append, PrintsEveryNumber, (std::int64_t number)) {
  RC_ASSERT(printed(number) == fmt::format("before {}|", number));
}

TEST(Append, PrintsEveryOctetAndEveryPort) {
  for (unsigned number = 0; number < 65536; ++number) {
    const std::string expected = fmt::format("before {}|", number);
    ASSERT_EQ(printed(static_cast<std::uint16_t>(number)), expected);
    if (number < 256) {
      ASSERT_EQ(printed(static_cast<std::uint8_t>(number)), expected);
    }
  }
}

TEST(Append, PrintsWordsAsTheirNames) {
  for (const net::Transport transport :
       {net::Transport::kTcp, net::Transport::kSctp, net::Transport::kArp, net::Transport::kIp}) {
    EXPECT_EQ(printed(transport), fmt::format("before {}|", record::protocol_name(transport)));
  }
  for (const record::PortState state :
       {record::PortState::kUnknown, record::PortState::kOpen, record::PortState::kFiltered,
        record::PortState::kOpenFiltered}) {
    EXPECT_EQ(printed(state), fmt::format("before {}|", record::name(state)));
  }
}

}  // namespace
}  // namespace masscan::format
