// For tests only: an empty network namespace for the calling process until TearDown.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <string>

#include "base/file.h"
#include "base/unique_fd.h"
#include "net/ip_address.h"

namespace masscan::host {

class TestNetwork : public ::testing::Test {
 protected:
  void SetUp() override {
    home_ = UniqueFd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (::unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "NOT TESTED: needs a network namespace (run as root): "
                   << last_system_error();
    }
    run("ip link set lo up");
  }
  void TearDown() override { ASSERT_EQ(::setns(home_.get(), CLONE_NEWNET), 0); }

  static void run(const std::string& command) {
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  // Makes `veth NAME` with an address of each family and sets it up; the peer is NAMEp.
  static void add_veth(const std::string& name, const std::string& v4, const std::string& v6) {
    run("ip link add dev " + name + " type veth peer name " + name + "p");
    run("ip link set dev " + name + " up; ip link set dev " + name + "p up");
    run("ip addr add " + v4 + " dev " + name);
    run("ip addr add " + v6 + " dev " + name + " nodad");
  }
  static net::IpAddress ip(std::string_view text) { return net::IpAddress::parse(text).value(); }

 private:
  UniqueFd home_;
};

}  // namespace masscan::host
