#include "control/interrupts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

namespace masscan::control {
namespace {

using testing::ExitedWithCode;

bool is_readable(int fd) {
  pollfd request{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&request, 1, 0) == 1;
}

// Blocks until the signal thread has processed the signal.
void wait_for(const std::stop_token& token) {
  while (!token.stop_requested()) std::this_thread::yield();
}

std::unique_ptr<Interrupts> open(Hangup hangup = Hangup::kEnd) {
  return Interrupts::open(hangup, "it never began").value();
}

[[noreturn]] void hang() {
  for (;;) ::pause();
}

TEST(Interrupts, TheFirstOneAsksForAnEndInOrder) {
  const auto interrupts = open();
  EXPECT_TRUE(interrupts->allow_graceful_end());
  EXPECT_FALSE(interrupts->graceful_stop().stop_requested());
  ::kill(::getpid(), SIGTERM);
  wait_for(interrupts->graceful_stop());
  EXPECT_TRUE(is_readable(interrupts->graceful_stop_fd()));
  EXPECT_FALSE(interrupts->immediate_stop().stop_requested());
  EXPECT_FALSE(is_readable(interrupts->immediate_stop_fd()));
}

TEST(Interrupts, AHangupIsOneWhereItMeansTheEnd) {
  const auto interrupts = open();
  EXPECT_TRUE(interrupts->allow_graceful_end());
  ::kill(::getpid(), SIGHUP);
  wait_for(interrupts->graceful_stop());
}

TEST(Interrupts, AnEndInOrderNeedsNoOtherThread) {
  const auto interrupts = open();
  std::promise<void> told;
  const std::stop_callback tell(interrupts->graceful_stop(), [&told] { told.set_value(); });
  EXPECT_TRUE(interrupts->allow_graceful_end());
  ::kill(::getpid(), SIGINT);
  told.get_future().wait();
}

TEST(InterruptsDeathTest, TheSecondOneEndsWhatHangs) {
  const auto run = [] {
    const auto interrupts = open();
    interrupts->allow_graceful_end().value();
    interrupts->set_resume_command("masscan --resume x.conf");
    ::kill(::getpid(), SIGINT);
    wait_for(interrupts->graceful_stop());
    ::kill(::getpid(), SIGINT);
    wait_for(interrupts->immediate_stop());
    if (is_readable(interrupts->immediate_stop_fd())) hang();
  };
  EXPECT_EXIT(
      run(), ExitedWithCode(1),
      "masscan: ended by a second interrupt; what was written until now is kept; to continue: "
      "masscan --resume x.conf\n");
}

TEST(InterruptsDeathTest, TheFirstOneEndsWhatHangsBeforeAnythingEndsInOrder) {
  const auto run = [] {
    const auto interrupts = open();
    ::kill(::getpid(), SIGINT);
    wait_for(interrupts->immediate_stop());
    if (interrupts->allow_graceful_end()) return;
    if (interrupts->error().message == "it never began") hang();
  };
  EXPECT_EXIT(run(), ExitedWithCode(1), "masscan: it never began\n");
}

TEST(InterruptsDeathTest, WhatHasEndedByItselfIsNotEnded) {
  const auto run = [] {
    {
      const auto interrupts = open();
      ::kill(::getpid(), SIGINT);
      wait_for(interrupts->immediate_stop());
    }
    std::this_thread::sleep_for(Interrupts::kFirstBound + 200ms);
    ::_exit(42);
  };
  EXPECT_EXIT(run(), ExitedWithCode(42), "");
}

TEST(InterruptsDeathTest, AHangupThatMeansReloadIsNone) {
  const auto run = [] {
    const auto interrupts = open(Hangup::kReload);
    ::kill(::getpid(), SIGHUP);
    hang();
  };
  EXPECT_EXIT(run(), testing::KilledBySignal(SIGHUP), "");
}

}  // namespace
}  // namespace masscan::control
