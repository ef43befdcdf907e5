#include "targets/port_frequencies.h"

#include <gtest/gtest.h>

namespace masscan::targets {
namespace {

using Ports = std::vector<std::uint16_t>;

TEST(PortFrequencies, AreFallingAndThenByNumber) {
  constexpr std::string_view kText =
      "# a comment\n"
      "rare\t9/tcp\t0.001\n"
      "often\t80/tcp\t0.4\t# text\r\n"
      "twin 8/tcp 0.001\n"
      "never 7/tcp 0.000000\n"
      "other 53/udp 0.5";
  EXPECT_EQ(ports_by_frequency(kText, net::Transport::kTcp), (Ports{80, 8, 9}));
  EXPECT_EQ(ports_by_frequency(kText, net::Transport::kUdp), (Ports{53}));
}

TEST(PortFrequencies, SkipOtherLines) {
  constexpr std::string_view kText =
      "a 1/tcp\nb /tcp 0.1\nc 65536/tcp 0.1\nd 0/tcp 0.1\ne 4/tcp x\nf 5/tcp -1\ng 6 0.1\n"
      "h 7/tcp nan\n\n#i 8/tcp 0.1\nj 9/tcp 0.2\n";
  EXPECT_EQ(ports_by_frequency(kText, net::Transport::kTcp), (Ports{9}));
  EXPECT_EQ(ports_by_frequency("", net::Transport::kTcp), Ports{});
}

}  // namespace
}  // namespace masscan::targets
