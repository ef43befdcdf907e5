#include "nic/interface_drops.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>

#include "base/bytes.h"
#include "base/file.h"
#include "base/unique_fd.h"
#include "nic/interface_index.h"

namespace masscan::nic {
namespace {

// A request for only IFLA_STATS_LINK_64 of one interface.
struct Question {
  nlmsghdr header{};
  if_stats_msg stats{};
};
struct Answer {
  nlmsghdr header{};
  if_stats_msg stats{};
  nlattr attribute{};
  std::array<std::byte, sizeof(rtnl_link_stats64)> values{};
};

Question ask_about(unsigned interface_index) {
  Question question;
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = RTM_GETSTATS;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.stats.ifindex = interface_index;
  question.stats.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
  return question;
}

}  // namespace

Result<std::uint64_t> interface_tx_drops(const std::string& interface) {
  const auto index = static_cast<unsigned>(TRY(interface_index(interface)));
  const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd.is_open()) return run_error("cannot open a netlink socket: {}", last_system_error());
  const Question question = ask_about(index);
  Answer answer;
  ::send(fd.get(), &question, sizeof question, 0);
  ::recv(fd.get(), &answer, sizeof answer, 0);
  if (answer.header.nlmsg_type != RTM_NEWSTATS || answer.attribute.nla_type != IFLA_STATS_LINK_64) {
    return run_error("{}: cannot read the interface's statistics from the kernel", interface);
  }
  return load_le<std::uint64_t>(answer.values, offsetof(rtnl_link_stats64, tx_dropped));
}

}  // namespace masscan::nic
