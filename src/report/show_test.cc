#include "report/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace masscan::report {
namespace {

constexpr Show kNone{.open = false, .closed = false, .filtered = false};
constexpr Show kAll{.open = true, .closed = true, .filtered = true};

TEST(Show, ReadsListsOfStatesAndTheirLeadingParts) {
  const struct {
    std::string_view text;
    Show expected;
  } kCases[] = {
      {"open", {.open = true}},
      {"closed", {.open = false, .closed = true}},
      {"close", {.open = false, .closed = true}},
      {"c", {.open = false, .closed = true}},
      {"f", {.open = false, .filtered = true}},
      {"O,CL", {.open = true, .closed = true}},
      {"open, filtered", {.open = true, .filtered = true}},
      {"all", kAll},
      {"A", kAll},
      {"host", kNone},
      {"open,,", {.open = true}},
      {",closed, host", {.open = false, .closed = true}},
  };
  for (const auto& [text, expected] : kCases) {
    EXPECT_EQ(parse_show(text, "--show", kNone, true).value(), expected) << text;
  }
}

TEST(Show, SwitchesOffWhatIsListedAndKeepsTheRest) {
  EXPECT_EQ(parse_show("closed", "--noshow", kAll, false).value(),
            (Show{.open = true, .closed = false, .filtered = true}));
  EXPECT_EQ(parse_show("all", "--noshow", kAll, false).value(), kNone);
}

TEST(Show, RefusesUnknownStatesWithThePlace) {
  for (const std::string_view text : {"", " ", "bogus", "open,,shut", "opened", "open;"}) {
    const Result<Show> show = parse_show(text, "scan.conf:3", Show(), true);
    ASSERT_FALSE(show) << text;
    EXPECT_EQ(show.error().fault, Fault::kUsage);
    EXPECT_THAT(show.error().message, testing::StartsWith("scan.conf:3: unknown state '")) << text;
  }
}

TEST(Show, PrintsWhatItReads) {
  for (unsigned bits = 0; bits < 8; ++bits) {
    const Show show{
        .open = (bits & 1) != 0, .closed = (bits & 2) != 0, .filtered = (bits & 4) != 0};
    const std::string text = to_string(show);
    if (show == kNone) {
      EXPECT_EQ(text, "");
    } else {
      EXPECT_EQ(parse_show(text, "--show", kNone, true).value(), show);
    }
  }
}

TEST(Show, CannotHideAHostThatIsUp) {
  EXPECT_TRUE(kNone.includes(PortState::kUp));
  EXPECT_FALSE(kNone.includes(PortState::kOpen));
  EXPECT_TRUE(Show().includes(PortState::kOpen));
  EXPECT_FALSE(Show().includes(PortState::kClosed));
  EXPECT_FALSE(Show().includes(PortState::kFiltered));
}

}  // namespace
}  // namespace masscan::report
