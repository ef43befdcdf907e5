// What a checkpoint says, and what may be said besides.
#include <gtest/gtest.h>

#include "cli/help/echo.h"
#include "cli/settings_sum.h"
#include "cli/test_support.h"
#include "engine/plan.h"
#include "setup/make_plan.h"
#include "support/sample.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

class Checkpoint : public testing::Test {
 protected:
  // A checkpoint of the scan of this command line, as an older version wrote it.
  std::string write_checkpoint(const std::string& line, std::uint64_t turn = 5) {
    const Settings settings = read(split_line(line)).value();
    plan_ = setup::make_plan(settings.config).value().fingerprint();
    const std::string point = "resume-point = " + point_text(turn) + "\n";
    return directory_.write("paused.conf", point + point + echo_text(settings.config));
  }

  std::string point_text(std::uint64_t turn) const {
    return setup::to_text({.plan = plan_, .began = 1764083000, .turns = {turn}});
  }

  static std::uint64_t plan_of(const Settings& settings) {
    return setup::make_plan(settings.config).value().fingerprint();
  }

  test::TestFolder directory_;
  std::uint64_t plan_ = 0;
};

const std::string kScan = "-p80 10.0.0.0/24 --exclude 10.0.0.5 --seed 7 --rate 300 -oL out.list";

TEST_F(Checkpoint, IsTheScanThatWasInterrupted) {
  const std::string path = write_checkpoint(kScan);
  for (const std::string option : {"--resume", "-c"}) {
    const auto settings = read({option, path});
    ASSERT_TRUE(settings) << settings.error().message;
    const setup::Config& config = settings->config;
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

TEST_F(Checkpoint, GoesOnFromTheEarlierOfItsPointsForTheScanMayHaveGoneBack) {
  write_checkpoint(kScan);
  for (const auto& [first, second] : {std::pair(6, 9), std::pair(9, 6)}) {
    const std::string path =
        directory_.write("two.conf", "resume-point = " + point_text(first) +
                                         "\nresume-point = " + point_text(second) +
                                         "\nseed = 7\nports = 80\nrange = 10.0.0.0/24\n");
    const auto settings = read({"--resume", path});
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->config.resume_point->turns, std::vector<std::uint64_t>{6});
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

// Its check sum covers the settings.
class SummedCheckpoint : public Checkpoint {
 protected:
  SummedCheckpoint() {
    const std::string older = write_checkpoint(kScan + " --retries 0");
    const Settings resumed = read({"--resume", older, "--exclude", "10.0.0.7"}).value();
    before_ = resumed.config;
    setup::ResumePoint point = *before_.resume_point;
    before_.resume_point.reset();
    point.settings = settings_sum(before_);
    text_ = "\nresume-point = " + setup::to_text(point) + "\n" + echo_text(before_);
  }

  Result<Settings> read_text(const std::string& text) const {
    return read({"--resume", directory_.write("summed.conf", text)});
  }
  // The text with another line in the place of the one that begins so.
  std::string edited(const std::string& begin, const std::string& line) const {
    const std::size_t at = text_.find("\n" + begin) + 1;
    EXPECT_NE(at, 0u) << begin;
    std::string text = text_;
    return text.replace(at, text.find('\n', at) + 1 - at, line);
  }
  // What is asked, and in which order.
  bool is_same_scan(const setup::Config& config) const {
    const auto plan = setup::make_plan(config);
    return plan && plan->fingerprint() == plan_ && config.seed == before_.seed &&
           config.excludes == before_.excludes && config.late_excludes == before_.late_excludes &&
           config.retries == before_.retries && config.infinite == before_.infinite &&
           config.resume_index == before_.resume_index &&
           config.resume_count == before_.resume_count;
  }

  setup::Config before_;
  std::string text_;
};

TEST_F(SummedCheckpoint, GoesOnAsItIs) {
  const auto settings = read_text(text_);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_TRUE(is_same_scan(settings->config));
  EXPECT_EQ(targets::describe(settings->config.late_excludes),
            std::vector<std::string>{"10.0.0.7"});
}

TEST_F(SummedCheckpoint, MayBeEditedWhereItDoesNotDecideWhatIsAsked) {
  const auto settings = read_text(edited("rate =", "rate = 9000\nwait = 3\nadapter = eth9\n"));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->config.rate_pps, 9000);
  EXPECT_EQ(settings->config.network.interface, "eth9");
  EXPECT_TRUE(read_text(edited("output-filename =", "output-filename = other.list\n")));
}

TEST_F(SummedCheckpoint, IsRefusedWhereWhatIsAskedWasEdited) {
  const std::pair<std::string, std::string> edits[] = {
      {"resume-exclude =", ""},
      {"resume-exclude =", "resume-exclude = 10.0.0.8\n"},
      {"exclude =", ""},
      {"range =", "range = 10.0.1.0/24\n"},
      {"ports =", "ports = 81\n"},
      {"seed =", "seed = 8\n"},
      {"shard =", "shard = 1/2\n"},
      {"range =", "range = 10.0.0.0/24\nttl = 9\n"},
      {"seed =", "seed = 7\nretries = 1\n"},
      {"seed =", "seed = 7\ninfinite = true\n"},
  };
  for (const auto& [begin, line] : edits) {
    const auto settings = read_text(edited(begin, line));
    ASSERT_FALSE(settings) << begin << line;
    EXPECT_NE(settings.error().message.find("summed.conf: this is not what the interrupted scan"),
              std::string::npos)
        << settings.error().message;
  }
}

// Whatever is accepted asks the same.
TEST_F(SummedCheckpoint, SurvivesNoDamageUnnoticed) {
  std::size_t refused = 0;
  constexpr std::size_t kStep = test::all_or(1, 7);  // so that each bit of a byte has its turn
  for (std::size_t bit = 0; bit < text_.size() * 8; bit += kStep) {
    std::string text = text_;
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ 1 << bit % 8);
    const auto settings = read_text(text);
    // Without its point it is no checkpoint, and begins anew.
    if (!settings || !settings->config.resume_point) {
      ++refused;
    } else {
      EXPECT_TRUE(is_same_scan(settings->config)) << "bit " << bit;
    }
  }
  EXPECT_GT(refused, text_.size() / kStep);
}

TEST_F(SummedCheckpoint, IsRefusedWhereItWasCutOff) {
  const std::size_t point_end = text_.find('\n', text_.find("resume-point"));
  for (std::size_t size = point_end; size + 1 < text_.size(); ++size) {
    EXPECT_FALSE(read_text(text_.substr(0, size))) << text_.substr(0, size);
  }
}

TEST(ResumeIndex, OfTheCommandLineIsOurs) {
  const Settings settings = read(split_line("-p80 10.0.0.0/24 --resume-index 9")).value();
  EXPECT_EQ(settings.config.resume_index, 9u);
  EXPECT_NE(echo_text(settings.config).find("resume-order = masscan-2"), std::string::npos);
}

TEST(ResumeIndex, OfAFileIsOursOnlyIfTheFileSaysSo) {
  const test::TestFolder directory;
  const std::string text = "seed = 7\nports = 80\nrange = 10.0.0.0/24\nresume-index = 9\n";
  const std::string ours = directory.write("ours.conf", text + "resume-order = masscan-2\n");
  EXPECT_EQ(read({"-c", ours}).value().config.resume_index, 9u);

  const std::string theirs = directory.write("theirs.conf", text + "resume-count = 20\n");
  const Settings settings = read({"-c", theirs}).value();
  EXPECT_FALSE(settings.config.resume_index);
  ASSERT_EQ(settings.notes.size(), 1u);
  EXPECT_NE(settings.notes[0].find("masscan's order"), std::string::npos) << settings.notes[0];
  const engine::Plan plan = setup::make_plan(settings.config).value();
  EXPECT_EQ(plan.probes(), 256u);
  EXPECT_NE(echo_text(settings.config).find("resume-index = 9\n"), std::string::npos);
}

}  // namespace
}  // namespace masscan::cli
