#include "host/link_watch.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/file.h"
#include "host/netlink.h"

namespace masscan::host {

namespace {

constexpr std::size_t kMostBytes = 32768;  // the kernel's maximum for one message

Result<UniqueFd> open_listener() {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (!fd.is_open()) return run_error("cannot open a netlink socket: {}", last_system_error());
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  return run_error("cannot receive changes of interfaces: {}", last_system_error());
}

}  // namespace

Result<LinkWatch> LinkWatch::open(std::vector<WatchedLink> links) {
  LinkWatch watch(TRY(open_listener()), std::move(links));
  TRY(watch.look());
  return watch;
}

Result<void> LinkWatch::look() {
  states_.begin_dump();
  states_.take(TRY(dump(RTM_GETLINK)).bytes());
  states_.take(TRY(dump(RTM_GETADDR)).bytes());
  states_.end_dump();
  return {};
}

// Ignores messages that are not from the kernel.
Result<void> LinkWatch::update() {
  alignas(nlmsghdr) std::array<std::byte, kMostBytes> buffer;
  for (;;) {
    sockaddr_nl sender{};
    socklen_t size = sizeof sender;
    const ssize_t count = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&sender), &size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == ENOBUFS) {
      states_.suspect();
      return look();  // later messages are read by the next call: there may be an endless number
    }
    if (count < 0) return {};
    if (sender.nl_pid == 0) states_.take(Bytes(buffer).first(static_cast<std::size_t>(count)));
  }
}

}  // namespace masscan::host
