#include "host/link_states.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "host/netlink.h"

namespace masscan::host {

namespace {

// Returns the fixed part of a message, or nullopt if it is truncated.
template <typename T>
std::optional<T> parse_body(const nlmsghdr& message) {
  if (message.nlmsg_len < NLMSG_LENGTH(sizeof(T))) return std::nullopt;
  T body;
  std::memcpy(&body, mnl_nlmsg_get_payload(&message), sizeof body);
  return body;
}

// Returns null if the message is truncated. (libmnl treats a length above 2 GiB as negative,
// accepts it, and never advances past the message.)
const nlmsghdr* first_message(Bytes messages) {
  if (messages.size() < sizeof(nlmsghdr)) return nullptr;
  const auto* message = reinterpret_cast<const nlmsghdr*>(messages.data());
  const std::size_t length = message->nlmsg_len;
  return length >= sizeof(nlmsghdr) && length <= messages.size() ? message : nullptr;
}

}  // namespace

std::string_view describe(LinkTrouble trouble) {
  switch (trouble) {
    case LinkTrouble::kNone:
      return "works";
    case LinkTrouble::kDown:
      return "is down";
    case LinkTrouble::kNoCarrier:
      return "has no carrier";
    case LinkTrouble::kOtherMac:
      return "has another MAC address";
    case LinkTrouble::kNoAddress:
      return "has lost an address";
    case LinkTrouble::kGone:
      return "is gone";
  }
  return "";
}

LinkStates::LinkStates(std::vector<WatchedLink> links) {
  for (WatchedLink& link : links) {
    State& state = states_.emplace_back();
    state.has_address.assign(link.addresses.size(), true);
    state.link = std::move(link);
  }
}

void LinkStates::take(Bytes messages) {
  while (const nlmsghdr* const message = first_message(messages)) {
    const std::size_t length = NLMSG_ALIGN(std::size_t{message->nlmsg_len});
    messages = messages.subspan(std::min(length, messages.size()));
    switch (message->nlmsg_type) {
      case RTM_NEWLINK:
      case RTM_DELLINK:
        take_link(*message);
        break;
      case RTM_NEWADDR:
      case RTM_DELADDR:
        take_address(*message);
        break;
      default:
        continue;
    }
    if (!is_dumping_) look();
  }
}

void LinkStates::take_link(const nlmsghdr& message) {
  const auto body = parse_body<ifinfomsg>(message);
  // A bridge reports its ports with the same messages, in its own family.
  if (!body || body->ifi_family != AF_UNSPEC) return;
  const auto mac = NetlinkAttributes(message, sizeof *body).bytes(IFLA_ADDRESS);
  for (State& state : states_) {
    if (state.link.index != body->ifi_index) continue;
    state.is_there = message.nlmsg_type == RTM_NEWLINK;
    state.is_up = (body->ifi_flags & IFF_UP) != 0;
    state.has_carrier = (body->ifi_flags & IFF_LOWER_UP) != 0;
    state.had_carrier |= state.has_carrier;
    const auto& expected = state.link.mac;
    state.has_mac = expected.is_zero() || !mac || std::ranges::equal(*mac, expected.octets());
  }
}

// On point-to-point links IFA_ADDRESS is the peer and IFA_LOCAL ours; otherwise IPv6 has only
// IFA_ADDRESS.
void LinkStates::take_address(const nlmsghdr& message) {
  const auto body = parse_body<ifaddrmsg>(message);
  if (!body) return;
  const NetlinkAttributes attributes(message, sizeof *body);
  auto address = attributes.address(IFA_LOCAL);
  if (!address) address = attributes.address(IFA_ADDRESS);
  if (!address) return;
  const std::uint32_t flags = attributes.number(IFA_FLAGS).value_or(body->ifa_flags);
  const bool is_tentative = (flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0;
  const bool is_usable = !is_tentative && (flags & IFA_F_DADFAILED) == 0;
  for (State& state : states_) {
    for (std::size_t i = 0; i < state.link.addresses.size(); ++i) {
      if (state.link.addresses[i] != *address) continue;
      state.has_address[i] = message.nlmsg_type == RTM_NEWADDR && is_usable;
    }
  }
}

void LinkStates::begin_dump() {
  is_dumping_ = true;
  for (State& state : states_) {
    state.is_there = false;
    state.has_address.assign(state.has_address.size(), false);
  }
}

void LinkStates::end_dump() {
  is_dumping_ = false;
  look();
}

void LinkStates::look() {
  for (State& state : states_) {
    const LinkTrouble trouble = trouble_of(state);
    if (trouble != LinkTrouble::kNone && trouble != state.last) ++outages_;
    state.last = trouble;
  }
}

LinkTrouble LinkStates::trouble(std::size_t link) const { return trouble_of(states_[link]); }

LinkTrouble LinkStates::trouble_of(const State& state) {
  if (!state.is_there) return LinkTrouble::kGone;
  if (!state.is_up) return LinkTrouble::kDown;
  if (!state.has_carrier && state.had_carrier) return LinkTrouble::kNoCarrier;
  if (!state.has_mac) return LinkTrouble::kOtherMac;
  const bool has_all = std::ranges::all_of(state.has_address, [](bool has) { return has; });
  return has_all ? LinkTrouble::kNone : LinkTrouble::kNoAddress;
}

}  // namespace masscan::host
