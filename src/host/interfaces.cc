#include "host/interfaces.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "host/netlink.h"

namespace masscan::host {
namespace {

LinkType to_link_type(unsigned hardware_type) {
  switch (hardware_type) {
    case ARPHRD_ETHER:
      return LinkType::kEthernet;
    case ARPHRD_LOOPBACK:
      return LinkType::kLoopback;
    case ARPHRD_NONE:
    case ARPHRD_RAWIP:
    case ARPHRD_PPP:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
      return LinkType::kRawIp;
    default:
      return LinkType::kUnsupported;
  }
}

net::MacAddress to_mac(Bytes bytes) {
  std::array<std::byte, 6> octets{};
  if (bytes.size() == octets.size()) std::ranges::copy(bytes, octets.begin());
  return net::MacAddress(octets);
}

Interface to_interface(const nlmsghdr& message) {
  const auto& link = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
  const NetlinkAttributes attributes(message, sizeof link);
  Interface result;
  result.index = link.ifi_index;
  result.name = attributes.text(IFLA_IFNAME).value_or("");
  result.type = to_link_type(link.ifi_type);
  result.mac = to_mac(attributes.bytes(IFLA_ADDRESS).value_or(Bytes{}));
  result.mtu = attributes.number(IFLA_MTU).value_or(0);
  result.is_up = (link.ifi_flags & IFF_UP) != 0;
  result.has_carrier = (link.ifi_flags & IFF_LOWER_UP) != 0;
  return result;
}

struct InterfaceAddress {
  int interface;
  net::Prefix prefix;
  bool is_deprecated;
};

// Returns nullopt for an address that cannot be a source. On point-to-point links IFA_ADDRESS is
// the peer and IFA_LOCAL ours; otherwise IPv6 has only IFA_ADDRESS.
std::optional<InterfaceAddress> to_address(const nlmsghdr& message) {
  const auto& body = *static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
  const NetlinkAttributes attributes(message, sizeof body);
  const std::uint32_t flags = attributes.number(IFA_FLAGS).value_or(body.ifa_flags);
  const bool is_tentative = (flags & IFA_F_TENTATIVE) != 0 && (flags & IFA_F_OPTIMISTIC) == 0;
  if (is_tentative || (flags & IFA_F_DADFAILED) != 0) return std::nullopt;
  std::optional<net::IpAddress> address = attributes.address(IFA_LOCAL);
  if (!address) address = attributes.address(IFA_ADDRESS);
  if (!address) return std::nullopt;
  return InterfaceAddress{.interface = static_cast<int>(body.ifa_index),
                          .prefix = {*address, body.ifa_prefixlen},
                          .is_deprecated = (flags & IFA_F_DEPRECATED) != 0};
}

Result<std::vector<InterfaceAddress>> addresses() {
  std::vector<InterfaceAddress> result;
  const NetlinkReply reply = TRY(dump(RTM_GETADDR));
  reply.for_each(RTM_NEWADDR, [&](const nlmsghdr& message) {
    if (const auto address = to_address(message)) result.push_back(*address);
  });
  std::ranges::stable_partition(result, [](const auto& address) { return !address.is_deprecated; });
  return result;
}

std::string_view state(const Interface& interface) {
  if (!interface.is_up) return "down";
  return interface.has_carrier ? "up" : "no carrier";
}

}  // namespace

std::string_view name(LinkType type) {
  constexpr std::array<std::string_view, 4> kNames = {"ethernet", "loopback", "raw ip",
                                                      "unsupported"};
  return kNames[static_cast<std::size_t>(type)];
}

bool Interface::owns(const net::IpAddress& address) const {
  return std::ranges::any_of(addresses,
                             [&](const net::Prefix& prefix) { return prefix.address == address; });
}

Result<std::vector<Interface>> interfaces() {
  std::vector<Interface> result;
  const NetlinkReply links = TRY(dump(RTM_GETLINK));
  links.for_each(RTM_NEWLINK,
                 [&](const nlmsghdr& message) { result.push_back(to_interface(message)); });
  std::ranges::sort(result, {}, &Interface::index);
  for (const InterfaceAddress& address : TRY(addresses())) {
    const auto owner = std::ranges::find(result, address.interface, &Interface::index);
    if (owner != result.end()) owner->addresses.push_back(address.prefix);
  }
  return result;
}

Result<Interface> find_interface(std::span<const Interface> interfaces,
                                 std::string_view name_or_number) {
  const auto named = std::ranges::find(interfaces, name_or_number, &Interface::name);
  if (named != interfaces.end()) return *named;
  const std::optional<std::size_t> number = parse_number<std::size_t>(name_or_number);
  if (number && *number < interfaces.size()) return interfaces[*number];
  std::vector<std::string_view> names;
  for (const Interface& interface : interfaces) names.push_back(interface.name);
  return usage_error("there is no interface '{}'; there are: {}", name_or_number,
                     fmt::join(names, ", "));
}

std::string format_interface_list(std::span<const Interface> interfaces) {
  std::size_t width = 0;
  for (const Interface& interface : interfaces) width = std::max(width, interface.name.size());
  std::string text;
  for (std::size_t number = 0; number < interfaces.size(); ++number) {
    const Interface& interface = interfaces[number];
    std::vector<std::string> prefixes;
    for (const net::Prefix& prefix : interface.addresses) prefixes.push_back(to_string(prefix));
    text += fmt::format("{:2}  {:{}} \t{:13} {:10}  mtu {:<5}  {}  {}\n", number, interface.name,
                        width, fmt::format("({})", name(interface.type)), state(interface),
                        interface.mtu, to_string(interface.mac), fmt::join(prefixes, " "));
  }
  return text;
}

}  // namespace masscan::host
