#include "host/routes.h"

#include <algorithm>
#include <cstring>
#include <sys/socket.h>

#include "host/netlink.h"

namespace masscan::host {
namespace {

std::optional<RouteTable> to_table(std::uint32_t number) {
  switch (number) {
    case RT_TABLE_LOCAL:
      return RouteTable::kLocal;
    case RT_TABLE_MAIN:
      return RouteTable::kMain;
    case RT_TABLE_DEFAULT:
      return RouteTable::kDefault;
    default:
      return std::nullopt;
  }
}

std::optional<RouteKind> to_kind(unsigned type) {
  switch (type) {
    case RTN_UNICAST:
    case RTN_BROADCAST:
    case RTN_MULTICAST:
      return RouteKind::kUnicast;
    case RTN_LOCAL:
    case RTN_ANYCAST:
      return RouteKind::kLocal;
    case RTN_BLACKHOLE:
    case RTN_UNREACHABLE:
    case RTN_PROHIBIT:
      return RouteKind::kRefused;
    case RTN_THROW:
      return RouteKind::kThrow;
    default:
      return std::nullopt;
  }
}

// A gateway of the route's own family, or (RTA_VIA: a 16-bit family, then the address) of another.
std::optional<net::IpAddress> gateway_of(const NetlinkAttributes& attributes) {
  if (const auto gateway = attributes.address(RTA_GATEWAY)) return gateway;
  const std::optional<Bytes> via = attributes.bytes(RTA_VIA);
  if (!via || via->size() < sizeof(rtvia)) return std::nullopt;
  return parse_address(via->subspan(sizeof(rtvia)));
}

// RTA_MULTIPATH: a row of rtnexthop, each followed by attributes of its own.
std::optional<Hop> first_alive(Bytes multipath) {
  while (multipath.size() >= sizeof(rtnexthop)) {
    rtnexthop head;
    std::memcpy(&head, multipath.data(), sizeof head);
    const std::size_t length = head.rtnh_len;
    if (length < sizeof head || length > multipath.size()) return std::nullopt;
    if ((head.rtnh_flags & RTNH_F_DEAD) == 0) {
      const NetlinkAttributes attributes(multipath.subspan(sizeof head, length - sizeof head));
      return Hop{head.rtnh_ifindex, gateway_of(attributes)};
    }
    multipath = multipath.subspan(std::min<std::size_t>(RTNH_ALIGN(length), multipath.size()));
  }
  return std::nullopt;
}

// Nothing if no next hop of the route is alive; an empty one where the kind of route needs none.
std::optional<Hop> next_hop_of(const rtmsg& body, const NetlinkAttributes& attributes) {
  if (const auto multipath = attributes.bytes(RTA_MULTIPATH)) return first_alive(*multipath);
  if ((body.rtm_flags & RTNH_F_DEAD) != 0) return std::nullopt;
  return Hop{static_cast<int>(attributes.number(RTA_OIF).value_or(0)), gateway_of(attributes)};
}

net::IpAddress any_address(unsigned family) {
  if (family == AF_INET) return net::Ipv4Address();
  return net::Ipv6Address();
}

// Nothing for what no probe would follow: other tables and families, cached exceptions, routes for
// one type of service or one source only.
std::optional<Route> to_route(const nlmsghdr& message) {
  const auto& body = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
  const NetlinkAttributes attributes(message, sizeof body);
  if (body.rtm_family != AF_INET && body.rtm_family != AF_INET6) return std::nullopt;
  if ((body.rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
  if (body.rtm_tos != 0 || body.rtm_src_len != 0) return std::nullopt;
  const auto table = to_table(attributes.number(RTA_TABLE).value_or(body.rtm_table));
  const auto kind = to_kind(body.rtm_type);
  const auto next_hop = next_hop_of(body, attributes);
  if (!table || !kind || !next_hop) return std::nullopt;
  const auto destination = attributes.address(RTA_DST).value_or(any_address(body.rtm_family));
  return Route{.destination = {destination, body.rtm_dst_len},
               .table = *table,
               .kind = *kind,
               .hop = *next_hop,
               .preferred_source = attributes.address(RTA_PREFSRC),
               .metric = attributes.number(RTA_PRIORITY).value_or(0)};
}

}  // namespace

Result<std::vector<Route>> routes() {
  std::vector<Route> result;
  const NetlinkReply reply = TRY(dump(RTM_GETROUTE));
  reply.for_each(RTM_NEWROUTE, [&](const nlmsghdr& message) {
    if (auto route = to_route(message)) result.push_back(*std::move(route));
  });
  return result;
}

Result<KernelWay> ask_kernel(const net::IpAddress& target) {
  NetlinkRequest request(RTM_GETROUTE, NLM_F_ACK);
  auto& question = request.body<rtmsg>();
  question.rtm_family = target.is_v4() ? AF_INET : AF_INET6;
  question.rtm_dst_len = target.is_v4() ? net::Ipv4Address::kBits : net::Ipv6Address::kBits;
  request.add(RTA_DST, target);
  const NetlinkAnswer answer = TRY(ask(request));
  KernelWay way;
  if (answer.refused_errno != 0) return way;
  answer.reply.for_each(RTM_NEWROUTE, [&](const nlmsghdr& message) {
    const auto& body = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
    const NetlinkAttributes attributes(message, sizeof body);
    way = {next_hop_of(body, attributes), attributes.address(RTA_PREFSRC)};
  });
  return way;
}

}  // namespace masscan::host
