#include "scan/checkpointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/test_files.h"
#include "base/thread.h"
#include "format/format.h"
#include "scan/test_scan.h"
#include "support/test_folder.h"

namespace masscan::scan {
namespace {

using files::Call;
using test::TestFiles;
using testing::HasSubstr;
using Times = TestFiles::Times;

// A scan without workers, so everything counts as asked.
class CheckpointerTest : public testing::Test {
 protected:
  CheckpointerTest() {
    config_.targets.add(net::AddressRange{net::Ipv4Address(1), net::Ipv4Address(1000)});
    config_.ports.add(net::Transport::kTcp, {80, 80});
    config_.seed = 7;
    config_.output.format = format::find_format("list");
    config_.output.file = path("results");
    plan_ = setup::make_plan(config_).value();
    // A resumed scan writes its first point at once.
    config_.resume_point =
        setup::ResumePoint{.plan = plan_->fingerprint(), .began = 1, .turns = {0}};
    outputs_ = output::Outputs::open(config_.output, {.began = WallTime(), .ports = {}}).value();
    outputs_->begin().value();
  }

  std::string path(const std::string& name) const { return folder_.path(name); }
  bool has_checkpoint() const { return folder_.has("a.conf"); }

  void start() {
    pass_.emplace(config_, *plan_, controls_, *interrupts_, *outputs_, earlier_,
                  std::move(workers_));
    pass_->writer = Writer::start(pass_->workers, *outputs_, controls_, pass_->gate).value();
    CheckpointFile file = CheckpointFile::open(path("a.conf"), true, plan_->fingerprint()).value();
    const setup::ResumePoint origin{.plan = plan_->fingerprint(), .began = 1, .turns = {}};
    checkpointer_ = Checkpointer::start(std::move(file), origin, *pass_, write_config_).value();
    pass_->gate.open();
  }
  // Returns when the first point is about to be written.
  void wait_for_point() { is_written_.get_future().wait(); }

  // Ends the scan. `has_results`: all of them were written.
  bool finish(bool has_results = true) {
    pass_->writer->finish().value();
    std::optional<std::vector<UniqueFd>> results;
    if (has_results) results = outputs_->files().value();
    return checkpointer_->finish(results);
  }

  test::TestFolder folder_;
  setup::Config config_;
  std::optional<engine::Plan> plan_;
  std::vector<std::unique_ptr<engine::Worker>> workers_;
  engine::SharedControls controls_{100, {}};
  std::unique_ptr<control::Interrupts> interrupts_ =
      control::Interrupts::open(control::Hangup::kEnd, "").value();
  std::optional<output::Outputs> outputs_;
  const EarlierPasses earlier_{.began = now(), .tally = {}, .notes = {}};
  std::promise<void> is_written_;
  bool was_written_ = false;
  targets::AddressSet written_late_excludes_;
  WriteConfig write_config_ = [this](const setup::Config& config) {
    written_late_excludes_ = config.late_excludes;
    if (!std::exchange(was_written_, true)) is_written_.set_value();
    return WrittenConfig{.text = "seed = 7\n"};
  };
  std::optional<Pass> pass_;
  std::unique_ptr<Checkpointer> checkpointer_;
};

TEST_F(CheckpointerTest, GivesTheFileOfACompleteScanAway) {
  start();
  wait_for_point();
  EXPECT_FALSE(finish());
  EXPECT_TRUE(has_checkpoint());
  auto file = checkpointer_->take_finished();
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->remove());
  EXPECT_FALSE(has_checkpoint());
  EXPECT_TRUE(checkpointer_->outcome());
}

// Results reach the disk before the point that claims them.
TEST_F(CheckpointerTest, ForcesResultsToTheDiskBeforeThePoint) {
  TestFiles files;
  start();
  wait_for_point();
  finish();
  const std::vector<Call> calls = files.take_calls();
  const auto synced = std::find(calls.begin(), calls.end(), Call::kSync);
  const auto named = std::find(calls.begin(), calls.end(), Call::kRename);
  ASSERT_NE(named, calls.end());
  // The results, and then the checkpoint's own bytes.
  EXPECT_EQ(std::count(calls.begin(), named, Call::kSync), 2);
  EXPECT_EQ(std::count(synced, named, Call::kChangeMode), 1);
}

TEST_F(CheckpointerTest, EndsTheScanWhoseResultsAreNotOnTheDisk) {
  for (const Times times : {Times::kOnce, Times::kFromThenOn}) {
    TestFiles files;
    files.fail(Call::kSync, EIO, times);
    start();
    files.wait_for_failure();
    EXPECT_FALSE(finish()) << "there is nothing to resume";
    EXPECT_EQ(controls_.directives().stop_mode, engine::StopMode::kGraceful);
    EXPECT_FALSE(has_checkpoint()) << "no point claims what may be lost";
    EXPECT_FALSE(checkpointer_->take_finished());
    const Result<void> outcome = checkpointer_->outcome();
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.error().message,
                HasSubstr("cannot force the results to the disk: Input/output error"));
    checkpointer_.reset();
  }
}

TEST_F(CheckpointerTest, NeedsNoDiskBehindTheResults) {
  for (const int error : {EINVAL, EROFS}) {
    TestFiles files;
    files.fail(Call::kSync, error);
    start();
    files.wait_for_failure();
    finish();
    EXPECT_TRUE(checkpointer_->outcome()) << error;
    checkpointer_.reset();
    folder_.remove("a.conf");
  }
}

// No descriptor is free for a moment.
TEST_F(CheckpointerTest, WritesNoPointWithoutTheFilesThatItWouldForce) {
  TestFiles files;
  files.fail(Call::kDuplicate, EMFILE, Times::kFromThenOn);
  start();
  files.wait_for_failure();
  EXPECT_FALSE(finish(false));
  EXPECT_FALSE(has_checkpoint());
  EXPECT_FALSE(checkpointer_->take_finished());
}

TEST_F(CheckpointerTest, KeepsTheFileOfAScanThatLostResults) {
  start();
  wait_for_point();
  EXPECT_TRUE(finish(false));
  EXPECT_TRUE(has_checkpoint());
  EXPECT_FALSE(checkpointer_->take_finished());
}

// Half of the probes were sent; replies to the last of them may still be in flight.
TEST_F(CheckpointerTest, NotesWhatItsWorkersHaveAskedForCertain) {
  test::TestScan scan;
  scan.advance(1s);
  const std::uint64_t sent = scan.tally().probes_sent;
  plan_.emplace(scan.plan);
  workers_ = std::move(scan.workers);
  start();
  wait_for_point();
  testing::internal::CaptureStderr();
  EXPECT_TRUE(finish());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("% done; to continue: masscan "));
  const std::uint64_t asked = pass_->workers.front()->asked(0);
  EXPECT_THAT(folder_.read("a.conf"), HasSubstr(fmt::format(" {:020} ", asked)));
  EXPECT_NEAR(static_cast<double>(sent - asked), 250, 10) << "half a second of it is not certain";
  EXPECT_FALSE(checkpointer_->take_finished());
}

// Another process removes the file during the scan.
TEST_F(CheckpointerTest, PutsAFileThatWasRemovedThereAgain) {
  start();
  while (!has_checkpoint()) std::this_thread::yield();
  folder_.remove("a.conf");
  EXPECT_TRUE(finish(false));
  EXPECT_TRUE(has_checkpoint());
}

TEST_F(CheckpointerTest, WritesDownWhatWasExcludedMeanwhile) {
  targets::AddressSet excludes;
  excludes.add({net::Ipv4Address(5), net::Ipv4Address(9)});
  controls_.set_excludes(excludes);
  start();
  wait_for_point();
  finish();
  EXPECT_EQ(written_late_excludes_, excludes);
}

// The checkpoint file is no result file.
TEST_F(CheckpointerTest, GoesOnWithoutACheckpointThatCannotBeWritten) {
  TestFiles files;
  files.fail(Call::kRename, ENOSPC, Times::kFromThenOn);
  start();
  files.wait_for_failure();
  EXPECT_FALSE(finish());
  EXPECT_TRUE(checkpointer_->outcome());
  EXPECT_EQ(controls_.directives().stop_mode, engine::StopMode::kNone);
  EXPECT_FALSE(has_checkpoint());
}

}  // namespace
}  // namespace masscan::scan
