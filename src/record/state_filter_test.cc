#include "record/state_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace masscan::record {
namespace {

constexpr StateFilter kNone{.open = false, .closed = false, .filtered = false};
constexpr StateFilter kAll{.open = true, .closed = true, .filtered = true, .unfiltered = true};

TEST(Show, ReadsListsOfStatesAndTheirLeadingParts) {
  const struct {
    std::string_view text;
    StateFilter expected;
  } kCases[] = {
      {"open", {.open = true}},
      {"closed", {.open = false, .closed = true}},
      {"close", {.open = false, .closed = true}},
      {"c", {.open = false, .closed = true}},
      {"f", {.open = false, .filtered = true}},
      {"O,CL", {.open = true, .closed = true}},
      {"open, filtered", {.open = true, .filtered = true}},
      {"u", {.open = false, .unfiltered = true}},
      {"open|filtered", {.open = false, .open_filtered = true}},
      {"open-f", {.open = false, .open_filtered = true}},
      {"Silent,open", {.open = true, .open_filtered = true}},
      {"silent,all",
       {.open = true, .closed = true, .filtered = true, .unfiltered = true, .open_filtered = true}},
      {"all", kAll},
      {"A", kAll},
      {"host", kNone},
      {"open,,", {.open = true}},
      {",closed, host", {.open = false, .closed = true}},
  };
  for (const auto& [text, expected] : kCases) {
    EXPECT_EQ(parse_state_filter(text, "--show", kNone, true).value(), expected) << text;
  }
}

TEST(Show, SwitchesOffWhatIsListedAndKeepsTheRest) {
  EXPECT_EQ(parse_state_filter("closed", "--noshow", kAll, false).value(),
            (StateFilter{.open = true, .closed = false, .filtered = true, .unfiltered = true}));
  EXPECT_EQ(parse_state_filter("all", "--noshow", kAll, false).value(), kNone);
}

TEST(Show, RefusesUnknownStatesWithThePlace) {
  for (const std::string_view text : {"", " ", "bogus", "open,,shut", "opened", "open;"}) {
    const Result<StateFilter> states = parse_state_filter(text, "scan.conf:3", StateFilter(), true);
    ASSERT_FALSE(states) << text;
    EXPECT_EQ(states.error().fault, Fault::kUsage);
    EXPECT_THAT(states.error().message, testing::StartsWith("scan.conf:3: unknown state '"))
        << text;
  }
}

TEST(Show, PrintsWhatItReads) {
  for (unsigned bits = 0; bits < 32; ++bits) {
    const StateFilter states{.open = (bits & 1) != 0,
                             .closed = (bits & 2) != 0,
                             .filtered = (bits & 4) != 0,
                             .unfiltered = (bits & 8) != 0,
                             .open_filtered = (bits & 16) != 0};
    const std::string text = to_string(states);
    if (states == kNone) {
      EXPECT_EQ(text, "");
    } else {
      EXPECT_EQ(parse_state_filter(text, "--show", kNone, true).value(), states);
    }
  }
}

TEST(Show, CannotHideAHostThatIsUp) {
  EXPECT_TRUE(kNone.includes(PortState::kUp));
  EXPECT_FALSE(kNone.includes(PortState::kOpen));
  EXPECT_TRUE(StateFilter().includes(PortState::kOpen));
  EXPECT_FALSE(StateFilter().includes(PortState::kClosed));
  EXPECT_FALSE(StateFilter().includes(PortState::kFiltered));
}

}  // namespace
}  // namespace masscan::record
