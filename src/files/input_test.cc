#include "files/input.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "base/event_fd.h"

namespace masscan::files {
namespace {

class InputTest : public testing::Test {
 protected:
  InputTest() {
    std::filesystem::remove(path_);
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  }
  ~InputTest() override { std::filesystem::remove(path_); }

  static std::string read_all(Input& input) {
    std::string all;
    std::array<char, 100> piece;
    for (;;) {
      const std::size_t count = input.read(piece).value();
      if (count == 0) return all;
      all.append(piece.data(), count);
    }
  }

  const std::string path_ = testing::TempDir() + "input" + std::to_string(::getpid());
  EventFd interruption_ = EventFd::open().value();
};

TEST_F(InputTest, WaitsForWhoWritesIntoAFifo) {
  std::jthread writer([this] { std::ofstream(path_) << "what is written"; });
  const auto input = Input::open(path_, interruption_.poll_fd()).value();
  EXPECT_EQ(read_all(*input), "what is written");
}

TEST_F(InputTest, IsInterruptedWhileItWaits) {
  std::jthread interrupter([this] { interruption_.call(); });
  const auto input = Input::open(path_, interruption_.poll_fd());
  ASSERT_FALSE(input);
  EXPECT_EQ(input.error().message, path_ + ": interrupted before its end");
}

}  // namespace
}  // namespace masscan::files
