#include "setup/banner_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/stream_table.h"

namespace masscan::setup {
namespace {

using ::testing::HasSubstr;

TEST(BannerOrder, IsOfThePortsThatItNames) {
  protocols::HelloOrder order;
  const protocols::Hellos usual = order.of(8002);
  ASSERT_TRUE(add_banner_order("8000-8001,9000: http, listen", order));
  const protocols::Hellos expected = {protocols::expected_at(80), nullptr};
  for (const std::uint16_t port : {std::uint16_t{8000}, std::uint16_t{8001}, std::uint16_t{9000}})
    EXPECT_EQ(order.of(port), expected) << port;
  EXPECT_EQ(order.of(8002), usual);
}

TEST(BannerOrder, OfAllLeavesThePortsThatHaveTheirOwn) {
  protocols::HelloOrder order;
  ASSERT_TRUE(add_banner_order("80:redis", order));
  ASSERT_TRUE(add_banner_order("http", order));
  EXPECT_EQ(order.of(80), protocols::Hellos{protocols::expected_at(6379)});
  EXPECT_EQ(order.of(6379), protocols::Hellos{protocols::expected_at(80)});
}

TEST(BannerOrder, ListensForAServiceThatSpeaksFirst) {
  protocols::HelloOrder order;
  ASSERT_TRUE(add_banner_order("ssh", order));
  EXPECT_EQ(order.of(80), protocols::Hellos{nullptr});
}

TEST(BannerOrder, NamesTheProtocolsThatItKnows) {
  protocols::HelloOrder order;
  for (const std::string_view value : {"80:htpp", "80:", "80:http,", ""}) {
    const auto added = add_banner_order(value, order);
    ASSERT_FALSE(added) << value;
    EXPECT_THAT(added.error().message, HasSubstr("known are listen, adb, afp, "));
  }
}

}  // namespace
}  // namespace masscan::setup
