// For tests only: two empty network namespaces joined by a veth pair until the test ends. The test
// runs in that of `left`; `on_right` runs an action in that of `right`.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "base/unique_fd.h"

namespace masscan::nic {

using Frame = std::vector<std::byte>;

class TestCable : public testing::Test {
 protected:
  // Sockets opened by the action stay in that namespace.
  template <typename Action>
  auto on_right(Action action) {
    const Inside inside(right_.get(), left_.get());
    return action();
  }

  void SetUp() override {
    home_ = this_namespace();
    if (::unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "NOT TESTED: needs a network namespace (run as root): "
                   << last_system_error();
    }
    right_ = this_namespace();
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    left_ = this_namespace();
    // Without IPv6, the kernel sends nothing by itself on these links.
    run("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
    on_right([] { run("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"); });
    run(fmt::format("ip link add left type veth peer name right netns /proc/{}/fd/{}", ::getpid(),
                    right_.get()));
    run("ip link set lo up; ip link set left up");
    on_right([] { run("ip link set lo up; ip link set right up"); });
  }
  void TearDown() override { ASSERT_EQ(::setns(home_.get(), CLONE_NEWNET), 0); }

  static void run(const std::string& command) {
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }

  static bool is_readable(int fd, Duration timeout) {
    pollfd waiting{fd, POLLIN, 0};
    const auto timeout_ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout);
    return ::poll(&waiting, 1, static_cast<int>(timeout_ms.count())) == 1;
  }

 private:
  struct Inside {
    Inside(int there, int back_to) : back(back_to) { EXPECT_EQ(::setns(there, CLONE_NEWNET), 0); }
    ~Inside() { EXPECT_EQ(::setns(back, CLONE_NEWNET), 0); }
    int back;
  };

  static UniqueFd this_namespace() {
    return UniqueFd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  }

  UniqueFd home_, left_, right_;
};

}  // namespace masscan::nic
