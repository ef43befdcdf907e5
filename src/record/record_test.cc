#include "record/record.h"

#include <gtest/gtest.h>

namespace masscan::record {
namespace {

Record tcp(std::uint8_t flags) { return {.state = PortState::kOpen, .reason = flags}; }

TEST(Record, ReasonNamesFlagsInBitOrder) {
  EXPECT_EQ(reason_text(tcp(0x00)), "none");
  EXPECT_EQ(reason_text(tcp(0x12)), "syn-ack");
  EXPECT_EQ(reason_text(tcp(0x14)), "rst-ack");
  EXPECT_EQ(reason_text(tcp(0x52)), "syn-ack-ece");
  EXPECT_EQ(reason_text(tcp(0xff)), "fin-syn-rst-psh-ack-urg-ece-cwr");
}

TEST(Record, StatesHaveMasscansNumbersAndNames) {
  EXPECT_EQ(name(static_cast<PortState>(0)), "unknown");
  EXPECT_EQ(name(static_cast<PortState>(1)), "open");
  EXPECT_EQ(name(static_cast<PortState>(2)), "closed");
  EXPECT_EQ(name(static_cast<PortState>(3)), "up");
  EXPECT_EQ(name(PortState::kFiltered), "filtered");
  EXPECT_EQ(name(PortState::kUnfiltered), "unfiltered");
  EXPECT_EQ(name(PortState::kOpenFiltered), "open|filtered");
}

TEST(Record, SecondsAreRoundedDown) {
  EXPECT_EQ(unix_seconds(WallTime(1999ms)), 1);
  EXPECT_EQ(unix_seconds(WallTime(std::chrono::seconds(0xffffffff))), 0xffffffff);
}

}  // namespace
}  // namespace masscan::record
