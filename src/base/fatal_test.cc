#include "base/fatal.h"

#include <gtest/gtest.h>

#include <new>
#include <thread>

namespace masscan {
namespace {

TEST(LastWordsDeathTest, AreOneSentenceOfOneThread) {
  const auto end_twice = [] {
    const std::jthread other([] { exit_with_sentence("this is the end"); });
    exit_with_sentence("this is the end");
  };
  EXPECT_EXIT(end_twice(), testing::ExitedWithCode(1), "^masscan: this is the end\n$");
}

TEST(LastWordsDeathTest, AreSaidWhenThereIsNoMemory) {
  const auto ask = [] {
    watch_memory();
    std::get_new_handler()();
  };
  EXPECT_EXIT(ask(), testing::ExitedWithCode(1), "^masscan: there is no memory left; .*\n$");
}

}  // namespace
}  // namespace masscan
