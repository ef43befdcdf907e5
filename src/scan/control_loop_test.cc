#include "scan/control_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/event_fd.h"
#include "scan/test_scan.h"

namespace masscan::scan {
namespace {

using test::TestScan;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const net::Ipv4Address kOld(0x0a000001);
const net::Ipv4Address kNew(0x0a000002);

targets::AddressSet from_to(net::Ipv4Address first, net::Ipv4Address last) {
  targets::AddressSet set;
  set.add(net::AddressRange{first, last});
  return set;
}

targets::AddressSet only(net::Ipv4Address address) { return from_to(address, address); }

// A scan with its control inputs, and NDJSON on standard error.
class ControlLoopTest : public testing::Test {
 protected:
  void open(ReadExcludes read_excludes = {}) {
    loop_.emplace(ControlLoop::open(scan_.config, std::move(read_excludes)).value());
    loop_->attach(scan_.controls, monitor_);
  }

  std::string answer(std::string_view line) { return loop_->answer(line, scan_.now); }
  void signal(int number) {
    ::raise(number);  // stays pending in the loop's descriptor
    loop_->serve(Duration{0});
  }
  std::vector<std::string> said() { return monitor_.earlier_passes().notes; }
  std::uint64_t sent() const { return scan_.tally().probes_sent; }
  std::uint64_t sent_within(Duration length) {
    const std::uint64_t before = sent();
    scan_.advance(length);
    return sent() - before;
  }

  TestScan scan_;
  SuspectCounts suspects_;
  Monitor monitor_{scan_.plan,
                   {.status_ndjson = true},
                   scan_.workers,
                   suspects_,
                   EarlierPasses{.began = scan_.now, .tally = {}, .notes = {}},
                   scan_.now};
  std::optional<ControlLoop> loop_;
};

TEST_F(ControlLoopTest, SendsNothingWhilePausedAndGoesOnAtItsRate) {
  open();
  scan_.advance(500ms);
  EXPECT_GT(sent(), 200u);
  EXPECT_EQ(answer("pause"), "{\"ok\":true,\"paused\":true}\n");
  EXPECT_EQ(sent_within(60s), 0u);
  EXPECT_EQ(answer("resume"), "{\"ok\":true,\"paused\":false}\n");
  EXPECT_NEAR(static_cast<double>(sent_within(1s)), TestScan::kRatePps, 5);
}

TEST_F(ControlLoopTest, TakesAnotherRateAtOnce) {
  open();
  scan_.advance(100ms);
  EXPECT_EQ(answer("rate 20"), "{\"ok\":true,\"rate_limit_pps\":20}\n");
  EXPECT_NEAR(static_cast<double>(sent_within(2s)), 40, 2);
  EXPECT_EQ(answer("rate 4000"), "{\"ok\":true,\"rate_limit_pps\":4000}\n");
  EXPECT_NEAR(static_cast<double>(sent_within(100ms)), 400, 8);
}

TEST_F(ControlLoopTest, PausesAndGoesOnBySignal) {
  open();
  scan_.advance(100ms);
  signal(SIGUSR2);
  EXPECT_EQ(sent_within(60s), 0u);
  signal(SIGUSR2);
  EXPECT_GT(sent_within(100ms), 40u);
}

TEST_F(ControlLoopTest, EndsInOrderAndThenTakesNoPause) {
  open();
  scan_.advance(100ms);
  EXPECT_EQ(answer("stop"), "{\"ok\":true,\"stopping\":true}\n");
  EXPECT_THAT(answer("pause"), HasSubstr("the scan is ending already"));
  EXPECT_EQ(sent_within(1100ms), 0u);
  EXPECT_TRUE(scan_.worker().is_done(scan_.now));
}

TEST_F(ControlLoopTest, TellsWhereTheScanStands) {
  open();
  scan_.advance(1s);
  const std::string status = answer("status");
  EXPECT_THAT(status, AllOf(HasSubstr("\"ok\":true,\"paused\":false,\"stopping\":false"),
                            HasSubstr("\"rate_limit_pps\":500"), HasSubstr("\"state\":\"running\""),
                            HasSubstr(fmt::format("\"probes_sent\":{},", sent()))));
  answer("pause");
  answer("rate 7");
  EXPECT_THAT(answer("status"),
              AllOf(HasSubstr("\"paused\":true"), HasSubstr("\"rate_limit_pps\":7,")));
}

TEST_F(ControlLoopTest, TellsMetricsOfTheMoment) {
  open();
  scan_.advance(2s);
  answer("pause");
  EXPECT_THAT(loop_->metrics(scan_.now),
              AllOf(HasSubstr("masscan_rate_limit_packets_per_second 500\n"),
                    HasSubstr("masscan_paused 1\n"), HasSubstr("masscan_elapsed_seconds 2\n")));
}

TEST_F(ControlLoopTest, RefusesWhatIsNoCommandAndDoesNothing) {
  open();
  for (const char* line : {"halt", "rate fast", "pause 5", "", "{\"do\":\"dance\"}"}) {
    EXPECT_THAT(answer(line), HasSubstr("\"ok\":false")) << line;
  }
  EXPECT_THAT(answer("reload"), HasSubstr("no exclude file was named"));
  scan_.advance(100ms);
  EXPECT_GT(sent_within(100ms), 40u);
}

TEST_F(ControlLoopTest, ReturnsEarlyWhereAnotherDescriptorIsReadable) {
  open();
  EventFd other = EventFd::open().value();
  other.call();
  const Instant began = now();
  loop_->serve(900ms, other.poll_fd());
  EXPECT_LT(now() - began, 900ms);
}

TEST_F(ControlLoopTest, AsksNobodyWhoWasExcludedMeanwhile) {
  open([] { return Result(from_to(net::Ipv4Address(0), net::Ipv4Address(0xffffffff))); });
  loop_->set_reload_timeout(std::chrono::hours(1));
  scan_.advance(500ms);
  signal(SIGHUP);
  EXPECT_THAT(said(), ElementsAre("{\"ok\":true,\"excluded_ranges\":1}"));
  EXPECT_EQ(sent_within(5s), 0u);
  EXPECT_EQ(scan_.tally().excluded, TestScan::kTargets - sent());
}

// Reading the exclude files blocks until the test allows it.
class Reloads : public ControlLoopTest {
 protected:
  using Outcome = Result<targets::AddressSet>;

  Reloads() {
    scan_.controls.set_excludes(only(kOld));
    const auto outcome = outcome_.get_future().share();
    open([outcome] { return outcome.get(); });
    loop_->set_reload_timeout(Duration{0});
  }

  std::string status() { return answer("status"); }
  bool holds(net::Ipv4Address address) { return excludes_.latest()->contains(address); }
  // Serves, as the main loop does, until the reload has ended and its outcome was printed.
  std::vector<std::string> attend() {
    for (;;) {
      loop_->serve(900ms);
      std::vector<std::string> notes = said();
      if (!notes.empty()) return notes;
    }
  }

  std::promise<Outcome> outcome_;
  engine::LateExcludes::Reader excludes_{scan_.controls.excludes()};
};

TEST_F(Reloads, AnswerWithWhatTheyFound) {
  loop_->set_reload_timeout(std::chrono::hours(1));
  outcome_.set_value(only(kNew));
  EXPECT_EQ(answer("reload"), "{\"ok\":true,\"excluded_ranges\":1}\n");
  EXPECT_TRUE(holds(kNew));
  EXPECT_THAT(status(), HasSubstr("\"reloading\":false"));
}

TEST_F(Reloads, ThatBlockHoldUpNobody) {
  EXPECT_THAT(answer("reload"), AllOf(HasSubstr("\"ok\":false"), HasSubstr("is under way")));
  loop_->serve(Duration{0});
  EXPECT_THAT(status(), HasSubstr("\"reloading\":true"));
  EXPECT_TRUE(holds(kOld));
  EXPECT_FALSE(holds(kNew));
  outcome_.set_value(only(kNew));
  EXPECT_THAT(attend(), ElementsAre("reload: {\"ok\":true,\"excluded_ranges\":1}"));
  EXPECT_TRUE(holds(kNew));
  EXPECT_THAT(status(), HasSubstr("\"reloading\":false"));
}

TEST_F(Reloads, AreRefusedAtOnceWhileOneIsUnderWay) {
  const std::string first = answer("reload");
  loop_->set_reload_timeout(std::chrono::hours(1));  // which must not be waited for
  EXPECT_EQ(answer("reload"), first);
  outcome_.set_value(only(kNew));
  EXPECT_FALSE(attend().empty());
  EXPECT_THAT(answer("reload"), HasSubstr("\"ok\":true")) << "it is over";
}

TEST_F(Reloads, ThatFailLateKeepTheExcludesAndSaySo) {
  answer("reload");
  outcome_.set_value(run_error("excludes: cannot read"));
  EXPECT_THAT(attend(), ElementsAre("reload: {\"ok\":false,\"error\":\"excludes: cannot read; the "
                                    "excludes stay as they were\"}"));
  EXPECT_TRUE(holds(kOld));
}

// The destructors must not block.
TEST_F(Reloads, AreNotWaitedForAtTheEnd) {
  answer("reload");
  loop_.reset();
  outcome_.set_value(only(kNew));
}

TEST_F(Reloads, ContinueInTheNextPass) {
  answer("reload");
  loop_->attach(scan_.controls, monitor_);
  outcome_.set_value(only(kNew));
  EXPECT_FALSE(attend().empty());
  EXPECT_TRUE(holds(kNew));
}

}  // namespace
}  // namespace masscan::scan
