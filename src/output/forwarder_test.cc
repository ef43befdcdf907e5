#include "output/forwarder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <stop_token>
#include <thread>

#include "base/test_files.h"
#include "output/sink.h"

namespace masscan::output {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// What a database has accepted, and how often it still refuses.
struct Behaviour {
  std::atomic<int> refusals = 0;
  std::atomic<bool> hangs = false;
  std::atomic<bool> is_slow = false;
  std::atomic<std::size_t> calls = 0;
  std::vector<std::uint64_t> taken;  // numbers; REQUIRES: no delivery is running
};

class TestServer final : public Database {
 public:
  explicit TestServer(Behaviour& behaviour) : behaviour_(behaviour) {}

  std::string_view kind() const override { return "test"; }
  std::string place() const override { return "HERE"; }

 private:
  Result<void> store(const Batch& batch) override {
    ++behaviour_.calls;
    if (behaviour_.hangs) return waiter().wait(kNoSocket, 0);
    if (behaviour_.refusals > 0) {
      --behaviour_.refusals;
      return run_error("it does not want to");
    }
    if (behaviour_.is_slow) static_cast<void>(waiter().wait(kNoSocket, 0, 1s));
    for (const Entry& entry : batch.entries) behaviour_.taken.push_back(entry.number);
    return {};
  }
  void disconnect() override {}

  static constexpr int kNoSocket = -1;
  Behaviour& behaviour_;
};

class ForwarderTest : public testing::Test {
 protected:
  ~ForwarderTest() override { fs::remove(path_); }

  std::unique_ptr<Sink> open(bool append = false) {
    return Sink::open(base_, append, wall_now(), std::make_unique<TestServer>(behaviour_)).value();
  }

  static void write(Sink& sink, int count) {
    for (int i = 0; i < count; ++i) {
      sink.write(record::Record{.address = net::Ipv4Address(1), .port = {}}).value();
    }
    sink.flush().value();
  }

  const std::string base_ =
      fs::temp_directory_path() / ("courier_test." + std::to_string(::getpid()));
  const std::string path_ = base_ + ".test";
  Behaviour behaviour_;
};

TEST_F(ForwarderTest, DeliversEverythingInOrderAndRemovesTheSpool) {
  const auto sink = open();
  for (int i = 0; i < 3; ++i) write(*sink, 2);
  EXPECT_TRUE(fs::exists(path_));
  sink->close({}).value();
  EXPECT_THAT(behaviour_.taken, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(ForwarderTest, ConnectsBeforeThereIsAnything) {
  open()->close({}).value();
  EXPECT_GE(behaviour_.calls, 1u);
}

TEST_F(ForwarderTest, TriesAgainAndTellsOnce) {
  behaviour_.refusals = 3;
  const auto sink = open();
  write(*sink, 2);
  std::vector<std::string> warning;
  while (behaviour_.refusals > 0) {
    if (auto sentence = sink->take_warnings()) warning.push_back(*sentence);
  }
  sink->close({}).value();
  if (auto sentence = sink->take_warnings()) warning.push_back(*sentence);
  EXPECT_THAT(warning, ElementsAre("test: it does not want to; results are kept in " + path_ +
                                   " until it takes them"));
  EXPECT_THAT(behaviour_.taken, ElementsAre(0, 1));
}

TEST_F(ForwarderTest, DoesNotTellOfAConnectionThatWasIdleForTooLong) {
  const auto sink = open();
  while (behaviour_.calls == 0) continue;
  behaviour_.refusals = 1;
  write(*sink, 1);
  sink->close({}).value();
  EXPECT_EQ(sink->take_warnings(), std::nullopt);
  EXPECT_THAT(behaviour_.taken, ElementsAre(0));
}

TEST_F(ForwarderTest, GivesUpAtTheEndAndSaysWhatToDo) {
  behaviour_.refusals = 1'000'000;
  {
    const auto sink = open();
    write(*sink, 2);
    const Instant began = now();
    EXPECT_EQ(sink->close({}).error().message,
              "2 results are not delivered to test: it does not want to; they are kept in " +
                  path_ + "; to send them: masscan --deliver " + path_ + " --test HERE");
    EXPECT_LT(now() - began, 10s);
  }
  behaviour_.refusals = 0;
  const auto later = Sink::open_existing(path_, std::make_unique<TestServer>(behaviour_)).value();
  later->close({.keeps_spool = true}).value();
  EXPECT_THAT(behaviour_.taken, ElementsAre(0, 1));
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(ForwarderTest, HasNoMoreTimeThanItIsGiven) {
  behaviour_.refusals = 1'000'000;
  const auto sink = open();
  write(*sink, 1);
  const Instant began = now();
  EXPECT_FALSE(sink->close({.timeout = 0s}));
  EXPECT_LT(now() - began, 1s);
}

TEST_F(ForwarderTest, IsNotHeldUpByAServerThatHangs) {
  behaviour_.hangs = true;
  const auto sink = open();
  write(*sink, 1);
  while (behaviour_.calls == 0) continue;
  const Instant began = now();
  EXPECT_THAT(sink->close({.timeout = 0s}).error().message, HasSubstr(": there was no more time;"));
  EXPECT_LT(now() - began, kSocketTimeout / 2);
}

TEST_F(ForwarderTest, GivesAServerThatCannotBeReachedLessTime) {
  for (const bool hangs : {true, false}) {
    behaviour_.hangs = hangs;
    behaviour_.refusals = 1'000'000;
    const auto sink = open();
    write(*sink, 1);
    const Instant began = now();
    EXPECT_FALSE(sink->close({.reach = 50ms}));
    EXPECT_LT(now() - began, 2s);
    fs::remove(path_);
  }
}

TEST_F(ForwarderTest, GivesAServerThatWasReachedAllItsTime) {
  const auto sink = open();
  for (std::size_t call = 1; call <= 2; ++call) {
    write(*sink, 1);
    while (behaviour_.calls < call) continue;
  }
  behaviour_.is_slow = true;
  write(*sink, 1);
  sink->close({.reach = 1ms}).value();
  EXPECT_THAT(behaviour_.taken, ElementsAre(0, 1, 2));
}

// As for a connection that was idle for too long.
TEST_F(ForwarderTest, GivesAServerThatIsLostTimeToComeBack) {
  const auto sink = open();
  for (std::size_t call = 1; call <= 2; ++call) {
    write(*sink, 1);
    while (behaviour_.calls < call) continue;
  }
  behaviour_.refusals = 1;
  write(*sink, 1);
  sink->close({.reach = 5s}).value();
  EXPECT_THAT(behaviour_.taken, ElementsAre(0, 1, 2));
}

TEST_F(ForwarderTest, IsInterruptedWhateverItWaitsFor) {
  for (const bool hangs : {true, false}) {
    behaviour_.hangs = hangs;
    behaviour_.refusals = 1'000'000;
    const auto sink = open();
    write(*sink, 2);
    std::stop_source user;
    const Instant began = now();
    const std::size_t calls = behaviour_.calls;
    std::jthread interrupter([&] {
      while (behaviour_.calls < calls + 2 && !hangs) continue;
      user.request_stop();
    });
    EXPECT_EQ(sink->close({.stop = user.get_token()}).error().message,
              "2 results are not delivered to test: interrupted; they are kept in " + path_ +
                  "; to send them: masscan --deliver " + path_ + " --test HERE");
    EXPECT_LT(now() - began, 2s);
    fs::remove(path_);
  }
}

TEST_F(ForwarderTest, GoesOnWithItsSpool) {
  {
    const auto sink = open();
    write(*sink, 2);
    sink->close({.keeps_spool = true}).value();
  }
  const auto sink = open(true);
  write(*sink, 1);
  sink->close({}).value();
  EXPECT_THAT(behaviour_.taken, ElementsAre(0, 1, 2));
}

// On a full disk: what was written is in the spool, the rest is not.
TEST_F(ForwarderTest, KeepsWhatTheDiskHasTaken) {
  behaviour_.refusals = 1'000'000;
  const auto sink = open();
  write(*sink, 2);
  test::TestFiles files;
  files.fail(files::Call::kWrite, ENOSPC, test::TestFiles::Times::kFromThenOn);
  for (int i = 0; i < 3; ++i) sink->write(record::Record()).value();
  const Result<void> closed = sink->close({.timeout = Duration::zero()});
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message, HasSubstr("No space left on device; 2 results are not"));
}

// Results that may not be on the disk are not sent.
TEST_F(ForwarderTest, SendsNothingThatCannotBeSynced) {
  const auto sink = open();
  test::TestFiles files;
  files.fail(files::Call::kSync, EIO, test::TestFiles::Times::kFromThenOn);
  write(*sink, 2);
  files.wait_for_failure();
  const Result<void> closed = sink->close({.timeout = Duration::zero()});
  ASSERT_FALSE(closed);
  EXPECT_THAT(closed.error().message, HasSubstr("Input/output error"));
  EXPECT_THAT(behaviour_.taken, ElementsAre());
}

}  // namespace
}  // namespace masscan::output
