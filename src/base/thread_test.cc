#include "base/thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <string>

namespace masscan {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// While it lives, no thread can be started for lack of memory for its stack.
class NoRoom {
 public:
  NoRoom() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, std::size_t{1} << 46);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
  ~NoRoom() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_;
};

TEST(Thread, HasItsName) {
  std::array<char, 16> name{};
  Thread thread = Thread::start("worker", [&](const std::stop_token&) {
                    pthread_getname_np(pthread_self(), name.data(), name.size());
                  }).value();
  thread.join();
  EXPECT_EQ(std::string(name.data()), "worker");
}

TEST(Thread, IsToldToStopWhenItIsDestroyed) {
  std::atomic<bool> was_told = false;
  {
    const Thread thread = Thread::start("waits", [&](const std::stop_token& stop) {
                            while (!stop.stop_requested()) std::this_thread::yield();
                            was_told = true;
                          }).value();
  }
  EXPECT_TRUE(was_told);
}

TEST(Thread, IsAnErrorWhereThereIsNoRoom) {
  std::atomic<bool> has_run = false;
  {
    const NoRoom no_room;
    const auto thread = Thread::start("worker", [&](const std::stop_token&) { has_run = true; });
    ASSERT_FALSE(thread.has_value());
    EXPECT_THAT(thread.error().message,
                AllOf(StartsWith("cannot start another thread, 'worker': "), HasSubstr("ulimit")));
  }
  EXPECT_TRUE(Thread::start("worker", [](const std::stop_token&) {}).has_value());
  EXPECT_FALSE(has_run);
}

TEST(Gate, HoldsThreadsUntilItOpens) {
  Gate gate;
  std::atomic<int> inside = 0;
  std::atomic<bool> may_enter = false;
  std::atomic<bool> was_early = false;
  const auto enter = [&](const std::stop_token&) {
    if (!may_enter) was_early = true;
    ++inside;
  };
  Thread first = Thread::start("first", gate, enter).value();
  Thread second = Thread::start("second", gate, enter).value();
  may_enter = true;
  gate.open();
  first.join();
  second.join();
  EXPECT_EQ(inside, 2);
  EXPECT_FALSE(was_early);
}

TEST(Gate, LetsNobodyInWhoShallStop) {
  Gate gate;
  std::atomic<bool> was_inside = false;
  {
    const Thread thread =
        Thread::start("never", gate, [&](const std::stop_token&) { was_inside = true; }).value();
  }
  gate.open();
  EXPECT_FALSE(was_inside);
}

}  // namespace
}  // namespace masscan
