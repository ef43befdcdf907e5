#include "cli/list_ranges.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cli/test_support.h"

namespace masscan::cli {
namespace {

// Without the line that names the arguments.
std::string golden(const std::string& name) {
  const std::string text = slurp(std::string(MASSCAN_GOLDEN_DIR "/echo/") + name);
  return text.substr(text.find('\n') + 1);
}

targets::AddressSet targets_of(const std::string& line) {
  const auto settings = read(split_line(line));
  EXPECT_TRUE(settings) << line;
  return settings ? settings->config.targets : targets::AddressSet();
}

TEST(RangesText, IsMasscans) {
  const auto targets =
      targets_of("10.0.0.1-10.0.0.255 10.0.1.0/24,10.0.3.7 --range 2001:db8::/124,2001:db9::5");
  EXPECT_EQ(ranges_text(targets), golden("91-readrange.conf"));
}

TEST(CidrText, IsMasscans) {
  const auto targets = targets_of("10.0.0.1-10.0.0.255 10.0.3.7 --range 2001:db8::1-2001:db8::ff");
  EXPECT_EQ(cidr_text(targets), golden("90-echo-cidr.conf"));
}

TEST(CidrText, HoldsWholeFamilies) {
  EXPECT_EQ(cidr_text(targets_of("0.0.0.0/0 ::/0")), "0.0.0.0/0\n::/0\n");
  EXPECT_EQ(cidr_text(targets_of("1.0.0.0-255.255.255.255")),
            "1.0.0.0/8\n2.0.0.0/7\n4.0.0.0/6\n8.0.0.0/5\n16.0.0.0/4\n32.0.0.0/3\n64.0.0.0/2\n"
            "128.0.0.0/1\n");
  EXPECT_EQ(cidr_text({}), "");
}

RC_GTEST_PROP(CidrText, AddsUpToTheTargets, ()) {
  targets::AddressSet targets;
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
    const auto a = net::Ipv4Address(*rc::gen::arbitrary<std::uint32_t>());
    const auto b = net::Ipv4Address(*rc::gen::arbitrary<std::uint32_t>());
    targets.add({std::min(a, b), std::max(a, b)});
  }
  std::istringstream lines(cidr_text(targets));
  std::string all;
  for (std::string line; std::getline(lines, line);) all += line + " ";
  RC_ASSERT(targets_of(all) == targets);
}

}  // namespace
}  // namespace masscan::cli
