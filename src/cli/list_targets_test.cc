#include "cli/list_targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/run.h"
#include "cli/test_support.h"
#include "setup/make_plan.h"

namespace masscan::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What `masscan -sL <line>` prints.
std::vector<std::string> listed(const std::string& line) {
  testing::internal::CaptureStdout();
  const Result<int> ended = run(split_line("-sL " + line), kNoSystemConfig);
  const std::string output = testing::internal::GetCapturedStdout();
  EXPECT_TRUE(ended) << line << ": " << (ended ? "" : ended.error().message);
  return lines_of(output);
}

engine::Plan plan_of(const std::string& line) {
  Result<Settings> settings = read(split_line(line));
  EXPECT_TRUE(settings);
  Result<engine::Plan> plan = setup::make_plan(settings->config);
  EXPECT_TRUE(plan);
  return *std::move(plan);
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(ListTargets, HasTheOrderOfTheScan) {
  const std::string line = "10.0.0.0/28 fd00::/124 -p80,443 --seed 7 --shard 2/3";
  const engine::Plan plan = plan_of(line);
  std::vector<std::string> expected;
  for (std::uint64_t turn = 0; turn < plan.share_of(0).count(); ++turn) {
    const targets::Target target = plan.target(plan.share_of(0).position(turn));
    const char* pattern = target.address.is_v4() ? "{}:{}" : "[{}]:{}";
    expected.push_back(
        fmt::format(fmt::runtime(pattern), to_string(target.address), target.port.number));
  }
  EXPECT_EQ(expected.size(), 64u / 3);
  EXPECT_EQ(listed(line), expected);
}

TEST(ListTargets, WritesPortsAsPortListsDo) {
  EXPECT_THAT(listed("10.0.0.1 fd00::1 -p80,U:9 --seed 1"),
              testing::UnorderedElementsAre("10.0.0.1:80", "10.0.0.1:U:9", "[fd00::1]:80",
                                            "[fd00::1]:U:9"));
}

TEST(ListTargets, NamesTheRequestsOfAUdpPort) {
  EXPECT_THAT(
      listed("10.0.0.1 -pU:7 --udp-payload 7:00 --udp-payload 7:01"),
      testing::ElementsAre("10.0.0.1:U:7  # --udp-payload", "10.0.0.1:U:7  # --udp-payload"));
  EXPECT_THAT(listed("10.0.0.1 -pU:53"), testing::Contains("10.0.0.1:U:53  # dns-version"));
}

TEST(ListTargets, LeavesOutTheOnlyPort) {
  EXPECT_THAT(listed("10.0.0.1 fd00::1 -p443 --seed 1"),
              testing::UnorderedElementsAre("10.0.0.1", "fd00::1"));
  EXPECT_THAT(listed("10.0.0.1"), testing::ElementsAre("10.0.0.1"));
}

TEST(ListTargets, DoesNotDependOnRetriesOrRate) {
  const std::string line = "10.0.0.0/26 -p80,81 --seed 3";
  EXPECT_EQ(listed(line + " --retries 5 --rate 100000"), listed(line));
}

TEST(ListTargets, BeginsAtTheResumeIndexAndEndsAfterTheCount) {
  const std::string line = "10.50.0.0/28 -p80 --seed 42";
  const auto all = listed(line);
  const auto part = listed(line + " --resume-index 5 --resume-count 4 --infinite");
  EXPECT_EQ(part, std::vector<std::string>(all.begin() + 5, all.begin() + 9));
}

TEST(ListTargets, NeedsNoConfirmationButTargets) {
  EXPECT_EQ(listed("0.0.0.0/0 -p80 --seed 1 --shard 1/3000000000").size(), 2u);
  EXPECT_FALSE(run(split_line("-sL -p80"), kNoSystemConfig));
}

TEST(ListTargets, HandsOnBoundedPiecesAndStopsAtAnError) {
  const engine::Plan plan = plan_of("10.0.0.0/16 -p80,81");
  std::size_t written = 0;
  const auto limited = [&](std::string_view text) -> Result<void> {
    EXPECT_LE(text.size(), 65536u);
    written += text.size();
    if (written > 100000) return run_error("full");
    return {};
  };
  EXPECT_FALSE(list_targets(plan, limited));
  EXPECT_LE(written, 200000u);
}

// Rows of golden/outputs/listscan; masscan's order is its own (trap T37), the set is not.
TEST(ListTargets, AreThoseThatMasscanLists) {
  const std::pair<const char*, const char*> kGoldens[] = {
      {"one-port", "10.50.0.0/27 -p80"},
      {"no-port", "10.50.0.0/28"},
      {"two-ports", "10.50.0.0/28 -p80,443"},
      {"ipv6", "--range fd00:50::1-fd00:50::10 -p80,443"},
      {"v4v6", "--range fd00:50::1-fd00:50::4,10.50.0.0/30 -p80"},
      {"exclude", "10.50.0.0/28 -p80 --exclude 10.50.0.4/30"},
      {"big-range", "10.50.0.0/24 -p0-3"},
  };
  const std::string folder = MASSCAN_GOLDEN_DIR "/outputs/listscan/";
  for (const auto& [name, arguments] : kGoldens) {
    const auto expected = lines_of(slurp(folder + name + ".head.txt"));
    ASSERT_FALSE(expected.empty()) << name;
    EXPECT_EQ(sorted(listed(arguments)), sorted(expected)) << name;
  }
}

TEST(ListTargets, OfAllShardsAreThoseThatMasscansShardsList) {
  std::vector<std::string> ours;
  std::vector<std::string> theirs;
  for (const std::string shard : {"1", "2", "3"}) {
    const auto part = listed("10.50.0.0/28 -p80 --seed 42 --shard " + shard + "/3");
    const auto golden =
        lines_of(slurp(MASSCAN_GOLDEN_DIR "/outputs/listscan/shard" + shard + ".head.txt"));
    EXPECT_EQ(part.size(), golden.size()) << shard;
    ours.insert(ours.end(), part.begin(), part.end());
    theirs.insert(theirs.end(), golden.begin(), golden.end());
  }
  EXPECT_EQ(sorted(ours), sorted(theirs));
}

}  // namespace
}  // namespace masscan::cli
