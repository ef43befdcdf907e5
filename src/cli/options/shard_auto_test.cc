#include "cli/options/shard_auto.h"

#include <gtest/gtest.h>

#include <map>

namespace masscan::cli {
namespace {

using Variables = std::map<std::string, std::string>;

// "2/8", or the message.
std::string shard_of(std::string_view text, Variables variables) {
  const auto environment = [&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found != variables.end() ? std::optional(found->second) : std::nullopt;
  };
  const auto shard = automatic_shard(text, "--shard", environment);
  return shard ? to_string(*shard) : shard.error().message;
}

Variables slurm(std::string id, std::string least, std::string most, std::string count) {
  return {{"SLURM_ARRAY_TASK_ID", std::move(id)},
          {"SLURM_ARRAY_TASK_MIN", std::move(least)},
          {"SLURM_ARRAY_TASK_MAX", std::move(most)},
          {"SLURM_ARRAY_TASK_COUNT", std::move(count)}};
}

TEST(AutomaticShard, CountsTheIndexesOfKubernetesFromZero) {
  EXPECT_EQ(shard_of("auto/8", {{"JOB_COMPLETION_INDEX", "0"}}), "1/8");
  EXPECT_EQ(shard_of("AUTO/8", {{"JOB_COMPLETION_INDEX", "7"}}), "8/8");
  EXPECT_EQ(shard_of("auto", {{"JOB_COMPLETION_INDEX", "2"}, {"JOB_COMPLETIONS", "5"}}), "3/5");
}

TEST(AutomaticShard, TakesTheArrayOfSlurmAsItIsNumbered) {
  EXPECT_EQ(shard_of("auto", slurm("1", "1", "4", "4")), "1/4");
  EXPECT_EQ(shard_of("auto", slurm("13", "10", "19", "10")), "4/10");
  Variables even = slurm("14", "10", "18", "5");
  even["SLURM_ARRAY_TASK_STEP"] = "2";
  EXPECT_EQ(shard_of("auto", even), "3/5");
  EXPECT_EQ(shard_of("auto/9", slurm("4", "1", "4", "4")), "4/9");
}

TEST(AutomaticShard, SaysWhatIsMissingOrWrong) {
  EXPECT_EQ(shard_of("auto", {}),
            "--shard: neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID is in the environment; "
            "write X/Y instead of auto");
  EXPECT_EQ(shard_of("auto", {{"JOB_COMPLETION_INDEX", "2"}}),
            "--shard: the environment has no JOB_COMPLETIONS; write X/Y instead of auto");
  EXPECT_EQ(shard_of("auto/3", {{"JOB_COMPLETION_INDEX", "3"}}),
            "--shard: the environment says part 4 of 3, which there is not; write auto/N with all "
            "parts");
  EXPECT_EQ(shard_of("auto/3", {{"JOB_COMPLETION_INDEX", "x"}}),
            "--shard: JOB_COMPLETION_INDEX in the environment is 'x', not a whole number; write "
            "X/Y instead of auto");
  EXPECT_EQ(shard_of("auto", slurm("5", "1", "12", "6")),
            "--shard: the tasks of this Slurm array are not numbered evenly; write --array=1-N, or "
            "X/Y instead of auto");
  EXPECT_EQ(shard_of("auto8", {}),
            "--shard: 'auto8' is not a shard; write auto or auto/N, such as auto/8");
}

TEST(AutomaticShard, IsToldFromTheWrittenOne) {
  EXPECT_TRUE(is_automatic_shard("auto"));
  EXPECT_TRUE(is_automatic_shard("Auto/8"));
  EXPECT_FALSE(is_automatic_shard("1/8"));
  EXPECT_FALSE(is_automatic_shard(""));
}

}  // namespace
}  // namespace masscan::cli
