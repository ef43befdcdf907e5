#include "banner/stream_protocol.h"

#include <gtest/gtest.h>

namespace masscan::banner {
namespace {

TEST(StreamOutput, CutsSoftwareAndRemovesBlanksAroundIt) {
  const std::string longest(record::kMaxSoftwareBytes, 'x');
  const std::pair<std::string, std::string> cases[] = {
      {"nginx/1.22.1", "nginx/1.22.1"},
      {"RabbitMQ ", "RabbitMQ"},
      {" \t", ""},
      {"", ""},
      {longest, longest},
      {longest + "y", longest},
      {longest.substr(1) + " y", longest.substr(1)},
  };
  for (const auto& [stated, kept] : cases) {
    StreamOutput out;
    out.state_software(stated);
    EXPECT_EQ(out.software(), kept);
    out.clear();
    EXPECT_EQ(out.software(), "");
  }
}

}  // namespace
}  // namespace masscan::banner
