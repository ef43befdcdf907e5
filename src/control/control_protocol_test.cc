#include "control/control_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace masscan::control {
namespace {

using testing::HasSubstr;
using Verb = Command::Verb;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Command, IsWords) {
  const struct {
    const char* line;
    Command command;
  } rows[] = {
      {"pause", {Verb::kPause}},
      {" resume \r", {Verb::kResume}},
      {"status", {Verb::kStatus}},
      {"reload", {Verb::kReload}},
      {"stop", {Verb::kStop}},
      {"rate 5000", {Verb::kRate, 5000}},
      {"rate\t0.01", {Verb::kRate, 0.01}},
      {"rate  max", {Verb::kRate, kInfinity}},
  };
  for (const auto& row : rows) {
    const auto command = parse_command(row.line);
    ASSERT_TRUE(command) << row.line;
    EXPECT_EQ(*command, row.command) << row.line;
  }
}

TEST(Command, ThatMakesNoSenseIsExplained) {
  const struct {
    const char* line;
    const char* message;
  } rows[] = {
      {"", "'' is not a command"},
      {"halt", "write pause, resume, rate N, status, reload or stop"},
      {"PAUSE", "'PAUSE' is not a command"},
      {"pause 5", "pause takes no value; leave out '5'"},
      {"rate", "rate: the value is missing"},
      {"rate 0", "'0' is not a rate"},
      {"rate -5", "'-5' is not a rate"},
      {"rate nan", "'nan' is not a rate"},
      {"rate inf", "'inf' is not a rate"},
      {"rate 5 6", "'5 6' is not a rate"},
      {"rate 1e6", "'1e6' is not a rate"},
      {R"({"do":"stop"})", "commands are words and not JSON; write pause, resume"},
  };
  for (const auto& row : rows) {
    const auto command = parse_command(row.line);
    ASSERT_FALSE(command) << row.line;
    EXPECT_THAT(command.error().message, HasSubstr(row.message)) << row.line;
  }
}

TEST(Command, IsAnsweredWithOneObjectALine) {
  EXPECT_EQ(acceptance(R"("paused":true)"), "{\"ok\":true,\"paused\":true}\n");
  EXPECT_EQ(refusal("a \"b\"\n"), "{\"ok\":false,\"error\":\"a \\\"b\\\"\\u000a\"}\n");
  EXPECT_TRUE(is_acceptance(acceptance("\"a\":1")));
  EXPECT_FALSE(is_acceptance(refusal("no")));
}

}  // namespace
}  // namespace masscan::control
