#include "record/cause.h"

#include <gtest/gtest.h>

#include "record/record.h"

namespace masscan::record {
namespace {

TEST(Cause, HasATextThatIsReadBack) {
  for (unsigned number = 0; number <= static_cast<unsigned>(Cause::kUnreachable); ++number) {
    const auto cause = static_cast<Cause>(number);
    EXPECT_EQ(parse_cause(cause_text(cause)), cause);
  }
  EXPECT_EQ(cause_text(Cause::kPortUnreachable), "port-unreach");
  EXPECT_EQ(cause_text(Cause::kUnreachable), "dest-unreach");
  EXPECT_EQ(cause_text(static_cast<Cause>(255)), "none");
  EXPECT_EQ(parse_cause("syn-ack"), std::nullopt);
}

TEST(Cause, StandsForTheFlagsOfARecordWithoutThem) {
  Record record;
  for (const std::string_view text : {"none", "syn-ack", "rst-ack", "admin-prohibited"}) {
    record = {};
    EXPECT_TRUE(parse_reason(text, record)) << text;
    EXPECT_EQ(reason_text(record), text);
  }
  EXPECT_FALSE(parse_reason("because", record));
}

}  // namespace
}  // namespace masscan::record
