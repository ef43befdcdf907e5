#include "scan/monitor.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>

#include "base/unique_fd.h"
#include "scan/test_scan.h"

namespace masscan::scan {
namespace {

using testing::AllOf;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Returns what `act` writes to standard error.
std::string said_by(const std::function<void()>& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

// Makes standard error a pipe that nobody reads.
class UnreadPipe {
 public:
  UnreadPipe() {
    std::array<int, 2> ends;
    EXPECT_EQ(::pipe(ends.data()), 0);
    reader_ = UniqueFd(ends[0]);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
  }
  UnreadPipe(const UnreadPipe&) = delete;
  UnreadPipe& operator=(const UnreadPipe&) = delete;
  ~UnreadPipe() { ::dup2(before_.get(), STDERR_FILENO); }

  int unread() const {
    int bytes = 0;
    ::ioctl(reader_.get(), FIONREAD, &bytes);
    return bytes;
  }
  int capacity() const { return ::fcntl(reader_.get(), F_GETPIPE_SZ); }

 private:
  UniqueFd before_{::dup(STDERR_FILENO)};
  UniqueFd reader_;
};

class MonitorTest : public testing::Test {
 protected:
  Monitor watch(const output::OutputConfig& output = {}) { return watch(output, earlier_); }
  Monitor watch(const output::OutputConfig& output, const EarlierPasses& earlier) {
    return Monitor(scan_.plan, output, scan_.workers, suspects_, earlier, scan_.now);
  }
  std::string tick_after(Duration length, Monitor& monitor) {
    scan_.advance(length);
    return said_by([&] { monitor.tick(scan_.now); });
  }
  std::uint64_t sent() const { return scan_.tally().probes_sent; }

  test::TestScan scan_;
  SuspectCounts suspects_;
  const EarlierPasses earlier_{.began = scan_.now, .tally = {}, .notes = {}};
  const output::OutputConfig ndjson_{.status_ndjson = true};
};

TEST_F(MonitorTest, ShowsALineFourTimesASecond) {
  Monitor monitor = watch();
  EXPECT_EQ(tick_after(249ms, monitor), "");
  EXPECT_THAT(tick_after(1ms, monitor), StartsWith("rate:"));
  EXPECT_EQ(tick_after(0ms, monitor), "");
  EXPECT_EQ(tick_after(249ms, monitor), "");
  EXPECT_THAT(tick_after(1ms, monitor), StartsWith("rate:"));
}

TEST_F(MonitorTest, MeasuresTheRateAndForgetsTheOldOneByAndBy) {
  Monitor monitor = watch();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(tick_after(250ms, monitor), StartsWith("rate:  0.50-kpps"));
  }
  scan_.controls.set_paused(true);
  EXPECT_THAT(tick_after(250ms, monitor), StartsWith("rate:  0.35-kpps"));
  EXPECT_THAT(tick_after(250ms, monitor), StartsWith("rate:  0.24-kpps"));
}

TEST_F(MonitorTest, EstimatesTheRestByTheRateSoFar) {
  Monitor monitor = watch();
  EXPECT_THAT(tick_after(500ms, monitor), HasSubstr("% done,   0:00:01 remaining, found="));
}

TEST_F(MonitorTest, SaysThatAnswersAreAwaited) {
  Monitor monitor = watch();
  EXPECT_THAT(tick_after(3s, monitor), HasSubstr("100.00% done, waiting 0-secs, found="));
}

TEST_F(MonitorTest, SaysWhyNothingLeaves) {
  Monitor monitor = watch();
  monitor.set_trouble("eth0 is down");
  EXPECT_THAT(tick_after(250ms, monitor), HasSubstr("% done, eth0 is down, found="));
  monitor.set_trouble("");
  EXPECT_THAT(tick_after(250ms, monitor), Not(HasSubstr("eth0")));
}

TEST_F(MonitorTest, ShowsNothingWhereNobodyWantsAStatusButSumsUp) {
  Monitor monitor = watch({.status = false});
  EXPECT_EQ(tick_after(1s, monitor), "");
  EXPECT_THAT(said_by([&] { monitor.summarize(scan_.now); }),
              HasSubstr(fmt::format("{} probes", sent())));
}

// The other half is for messages that must be printed.
TEST_F(MonitorTest, LeavesHalfOfAPipeThatNobodyReadsFree) {
  Monitor monitor = watch();
  const UnreadPipe pipe;
  for (int i = 0; i < 2000; ++i) monitor.tick(scan_.now += 250ms);
  EXPECT_GE(pipe.unread(), pipe.capacity() / 2);
  EXPECT_LE(pipe.unread(), pipe.capacity() / 2 + 100);
}

TEST_F(MonitorTest, TellsProgramsANoteOnceInTheNextObject) {
  Monitor monitor = watch(ndjson_, {.began = scan_.now, .tally = {}, .notes = {"earlier"}});
  EXPECT_EQ(said_by([&] { monitor.say("a \"note\"\n"); }), "");
  EXPECT_THAT(tick_after(250ms, monitor),
              HasSubstr(",\"notes\":[\"earlier\",\"a \\\"note\\\"\"]}\n"));
  EXPECT_THAT(tick_after(250ms, monitor), Not(HasSubstr("notes")));
}

TEST_F(MonitorTest, HandsNotesThatWereNotToldToTheNextWalk) {
  Monitor monitor = watch(ndjson_);
  monitor.say("a note\n");
  EXPECT_THAT(monitor.earlier_passes().notes, testing::ElementsAre("a note"));
  EXPECT_THAT(monitor.earlier_passes().notes, IsEmpty());
}

TEST_F(MonitorTest, WipesTheStatusLineBeforeItSpeaksToPeople) {
  Monitor monitor = watch();
  EXPECT_EQ(said_by([&] { monitor.say("a note\n"); }), blank_status_line() + "a note\n");
}

TEST_F(MonitorTest, CountsWhatEarlierWalksDid) {
  Monitor monitor = watch(
      ndjson_, {.began = scan_.now - 10s, .tally = {.probes_sent = 7000, .open = 3}, .notes = {}});
  scan_.advance(1s);
  EXPECT_THAT(monitor.status_members(scan_.now),
              HasSubstr(fmt::format("\"probes_sent\":{},", 7000 + sent())));
  EXPECT_EQ(monitor.progress_sample().counters.sent, 7000 + sent());
  EXPECT_EQ(monitor.progress_sample().left, test::TestScan::kTargets - sent());
  EXPECT_EQ(monitor.metrics(scan_.now).elapsed, 11s);
}

TEST_F(MonitorTest, EndsWithAnObjectOfAllCounters) {
  Monitor monitor = watch(ndjson_);
  scan_.advance(1s);
  const std::string last = said_by([&] { monitor.finish(scan_.now); });
  EXPECT_THAT(last, AllOf(StartsWith("{\"state\":\"waiting\","), testing::EndsWith("}}\n"),
                          HasSubstr(fmt::format(",\"counters\":{{\"probes_sent\":{},", sent()))));
  EXPECT_EQ(said_by([&] { monitor.summarize(scan_.now); }), "") << "it is for people";
}

TEST_F(MonitorTest, BeginsWithTheLinesItIsGiven) {
  const std::vector<std::string> begin = {"transport: memory", "note: it is a test"};
  std::vector<std::string> lines;
  EXPECT_THAT(said_by([&] { lines = print_start(scan_.plan, {}, begin); }),
              AllOf(StartsWith("transport: memory\nnote: it is a test\nStarting masscan "),
                    HasSubstr("Scanning 1000 hosts [1 port/host]\n")));
  EXPECT_THAT(lines, IsEmpty());
  EXPECT_EQ(said_by([&] { lines = print_start(scan_.plan, ndjson_, begin); }), "");
  EXPECT_THAT(lines, ElementsAreArray(begin));
}

}  // namespace
}  // namespace masscan::scan
