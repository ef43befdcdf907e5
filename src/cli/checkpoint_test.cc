// What a checkpoint says, and what may be said besides.
#include <gtest/gtest.h>

#include "cli/echo.h"
#include "cli/test_support.h"
#include "scan/plan.h"

namespace masscan::cli {
namespace {

class Checkpoint : public testing::Test {
 protected:
  // A checkpoint of the scan of this command line.
  std::string write_checkpoint(const std::string& line, std::uint64_t turn = 5) {
    const Settings settings = read(split_line(line)).value();
    plan_ = scan::make_plan(settings.config).value().fingerprint();
    const std::string point = "resume-point = " + point_text(turn) + "\n";
    return directory_.write("paused.conf", point + point + echo_text(settings.config));
  }

  std::string point_text(std::uint64_t turn) const {
    return scan::to_text({.plan = plan_, .began = 1764083000, .turns = {turn}});
  }

  static std::uint64_t plan_of(const Settings& settings) {
    return scan::make_plan(settings.config).value().fingerprint();
  }

  TemporaryDirectory directory_;
  std::uint64_t plan_ = 0;
};

const std::string kScan = "-p80 10.0.0.0/24 --exclude 10.0.0.5 --seed 7 --rate 300 -oL out.list";

TEST_F(Checkpoint, IsTheScanThatWasInterrupted) {
  const std::string path = write_checkpoint(kScan);
  for (const std::string option : {"--resume", "-c"}) {
    const auto settings = read({option, path});
    ASSERT_TRUE(settings) << settings.error().message;
    const scan::Config& config = settings->config;
    EXPECT_EQ(plan_of(*settings), plan_);
    EXPECT_EQ(config.resume_point->turns, std::vector<std::uint64_t>{5});
    EXPECT_EQ(config.rate_pps, 300);
    EXPECT_EQ(config.output.file, "out.list");
    EXPECT_TRUE(config.output.append);
    EXPECT_EQ(config.checkpoint, path);
  }
}

TEST_F(Checkpoint, TakesAnotherRateOutputAndFile) {
  const std::string path = write_checkpoint(kScan);
  const auto settings =
      read({"--rate", "9", "--resume", path, "--checkpoint", "b.conf", "-oX", "x.xml"});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->config.rate_pps, 9);
  EXPECT_EQ(settings->config.checkpoint, "b.conf");
  EXPECT_EQ(settings->config.output.file, "x.xml");
  EXPECT_EQ(plan_of(*settings), plan_);
}

TEST_F(Checkpoint, KeepsItsPlanWhateverIsExcludedLater) {
  const std::string path = write_checkpoint(kScan);
  const std::string file = directory_.write("more.txt", "10.0.0.128/25\n");
  const auto settings = read({"--resume", path, "--exclude", "10.0.0.7", "--excludefile", file});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(plan_of(*settings), plan_);
  const auto& late = settings->config.late_excludes;
  EXPECT_EQ(targets::describe(late), (std::vector<std::string>{"10.0.0.7", "10.0.0.128/25"}));
  EXPECT_EQ(targets::describe(settings->config.excludes), std::vector<std::string>{"10.0.0.5"});
}

TEST_F(Checkpoint, OfTheSystemsFileOnlyTheExcludesCountBesides) {
  const std::string path = write_checkpoint(kScan);
  const std::string system =
      directory_.write("masscan.conf", "rate = 9\nrange = 192.0.2.0/24\nexclude = 10.0.0.9\n");
  const auto settings = read({"--resume", path}, system);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->config.rate_pps, 300);
  EXPECT_EQ(plan_of(*settings), plan_);
  EXPECT_EQ(targets::describe(settings->config.late_excludes),
            std::vector<std::string>{"10.0.0.9"});
}

TEST_F(Checkpoint, GoesOnFromTheLaterOfItsPoints) {
  write_checkpoint(kScan);
  for (const auto& [first, second] : {std::pair(6, 9), std::pair(9, 6)}) {
    const std::string path =
        directory_.write("two.conf", "resume-point = " + point_text(first) +
                                         "\nresume-point = " + point_text(second) +
                                         "\nseed = 7\nports = 80\nrange = 10.0.0.0/24\n");
    const auto settings = read({"--resume", path});
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->config.resume_point->turns, std::vector<std::uint64_t>{9});
  }
}

TEST_F(Checkpoint, GoesOnFromTheOneThatWasWrittenWhole) {
  write_checkpoint(kScan);
  std::string torn = point_text(9);
  torn.replace(0, 40, point_text(6).substr(0, 40));
  torn.replace(45, 10, "0000000777");
  const std::string path =
      directory_.write("torn.conf", "resume-point = " + torn + "\nresume-point = " + point_text(6) +
                                        "\nseed = 7\nrange = 10.0.0.0/24\n");
  EXPECT_EQ(read({"--resume", path}).value().config.resume_point->turns,
            std::vector<std::uint64_t>{6});
  const std::string both =
      directory_.write("both.conf", "resume-point = " + torn + "\nresume-point = x\n");
  const auto settings = read({"--resume", both});
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().message.find("both.conf:2:16: resume-point"), std::string::npos)
      << settings.error().message;
}

TEST_F(Checkpoint, IsOnlyOne) {
  const std::string path = write_checkpoint(kScan);
  const auto settings = read({"--resume", path, "-c", path});
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().message.find("name only one"), std::string::npos);
}

TEST_F(Checkpoint, IsEchoedWithoutLoss) {
  const std::string path = write_checkpoint(kScan + " --resume-index 9 --retries 0");
  const Settings resumed = read({"--resume", path, "--exclude", "10.0.0.7"}).value();
  const std::string echoed = directory_.write("echoed.conf", echo_text(resumed.config));
  Settings again = read({"--resume", echoed}).value();
  again.config.checkpoint = path;
  EXPECT_TRUE(again.config == resumed.config) << echo_text(again.config);
}

TEST(ResumeIndex, OfTheCommandLineIsOurs) {
  const Settings settings = read(split_line("-p80 10.0.0.0/24 --resume-index 9")).value();
  EXPECT_EQ(settings.config.resume_index, 9u);
  EXPECT_NE(echo_text(settings.config).find("resume-order = masscan-2"), std::string::npos);
}

TEST(ResumeIndex, OfAFileIsOursOnlyIfTheFileSaysSo) {
  const TemporaryDirectory directory;
  const std::string text = "seed = 7\nports = 80\nrange = 10.0.0.0/24\nresume-index = 9\n";
  const std::string ours = directory.write("ours.conf", text + "resume-order = masscan-2\n");
  EXPECT_EQ(read({"-c", ours}).value().config.resume_index, 9u);

  const std::string theirs = directory.write("theirs.conf", text + "resume-count = 20\n");
  const Settings settings = read({"-c", theirs}).value();
  EXPECT_FALSE(settings.config.resume_index);
  ASSERT_EQ(settings.notes.size(), 1u);
  EXPECT_NE(settings.notes[0].find("masscan's order"), std::string::npos) << settings.notes[0];
  const scan::Plan plan = scan::make_plan(settings.config).value();
  EXPECT_EQ(plan.probes(), 256u);
  EXPECT_NE(echo_text(settings.config).find("resume-index = 9\n"), std::string::npos);
}

}  // namespace
}  // namespace masscan::cli
