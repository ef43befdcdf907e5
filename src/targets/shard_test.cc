#include "targets/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace masscan::targets {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Shard, ReadsBackWhatItPrints) {
  for (const Shard shard : {Shard{1, 1}, Shard{2, 3}, Shard{4294967295, 4294967295}}) {
    EXPECT_EQ(*parse_shard(to_string(shard), "--shard"), shard);
  }
  EXPECT_EQ(*parse_shard(" 1 / 3 ", "--shard"), (Shard{1, 3}));
}

TEST(Shard, RefusesWhatIsNone) {
  for (const char* text :
       {"", "/", "1", "1/", "/3", "1/3/5", "1/3x", "a/b", "-1/3", "1,3", "0x1/3", "1/4294967296"}) {
    EXPECT_THAT(parse_shard(text, "--shard").error().message,
                AllOf(StartsWith("--shard: "), HasSubstr("write X/Y")))
        << text;
  }
}

TEST(Shard, RefusesNumbersThatDoNotExist) {
  for (const char* text : {"0/3", "4/3", "0/0", "1/0"}) {
    EXPECT_THAT(parse_shard(text, "--shard").error().message,
                AllOf(StartsWith("--shard: "), HasSubstr("from 1 to Y")))
        << text;
  }
}

}  // namespace
}  // namespace masscan::targets
