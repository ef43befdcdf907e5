#include "base/attempt.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <future>
#include <memory>
#include <string>

namespace masscan {
namespace {

using Words = std::unique_ptr<std::string>;

// Work that starts when the latch is opened; may be copied.
struct Latch {
  std::promise<void> promise;
  std::shared_future<void> opened = promise.get_future().share();
};

TEST(Attempt, HandsOverWhatItMade) {
  Attempt<Words> attempt =
      Attempt<Words>::start("made", [] { return std::make_unique<std::string>("made"); }).value();
  ASSERT_TRUE(attempt.ends_within(10s));
  EXPECT_EQ(*attempt.take().value(), "made");
}

TEST(Attempt, HandsOverAnError) {
  Attempt<int> attempt =
      Attempt<int>::start("fails", []() -> Result<int> { return run_error("no"); }).value();
  ASSERT_TRUE(attempt.ends_within(10s));
  EXPECT_EQ(attempt.take().error().message, "no");
}

TEST(Attempt, IsWaitedForNoLongerThanAsked) {
  Latch latch;
  Attempt<int> attempt = Attempt<int>::start("waits", [opened = latch.opened] {
                           opened.wait();
                           return Result<int>(5);
                         }).value();
  const Instant began = now();
  EXPECT_FALSE(attempt.ends_within(20ms));
  EXPECT_GE(now() - began, 20ms);
  EXPECT_FALSE(attempt.ends_within(0ms));
  latch.promise.set_value();
  pollfd request{.fd = attempt.poll_fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&request, 1, 10'000), 1);
  EXPECT_TRUE(attempt.ends_within(0ms));
  EXPECT_EQ(attempt.take().value(), 5);
}

// Signals when its last owner is destroyed.
struct Owned {
  explicit Owned(std::promise<void>& promise) : gone(promise) {}
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { gone.set_value(); }
  std::promise<void>& gone;
};

TEST(Attempt, ThatIsForgottenFreesAllWhenItsThreadIsDone) {
  Latch latch;
  std::promise<void> work_gone;
  std::promise<void> outcome_gone;
  const Instant began = now();
  {
    const auto attempt = Attempt<std::unique_ptr<Owned>>::start(
        "forgotten",
        [&outcome_gone, opened = latch.opened, owned = std::make_shared<Owned>(work_gone)] {
          opened.wait();
          return Result<std::unique_ptr<Owned>>(std::make_unique<Owned>(outcome_gone));
        });
    EXPECT_TRUE(attempt);
  }
  EXPECT_LT(now() - began, 5s);
  std::future<void> gone = work_gone.get_future();
  EXPECT_EQ(gone.wait_for(20ms), std::future_status::timeout);
  latch.promise.set_value();
  EXPECT_EQ(gone.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(outcome_gone.get_future().wait_for(10s), std::future_status::ready);
}

}  // namespace
}  // namespace masscan
