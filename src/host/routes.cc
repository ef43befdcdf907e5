#include "host/routes.h"

#include <linux/fib_rules.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/unique_fd.h"
#include "net/socket_address.h"

namespace masscan::host {
namespace {

template <typename Body>
const Body& body_of(const nlmsghdr& message) {
  return *static_cast<const Body*>(mnl_nlmsg_get_payload(&message));
}

Refusal refusal_of_errno(int error) {
  switch (error) {
    case EHOSTUNREACH:
      return Refusal::kUnreachable;
    case EACCES:
      return Refusal::kProhibited;
    case EINVAL:
      return Refusal::kBlackhole;
    default:
      return Refusal::kNoRoute;
  }
}

// IPv6 reports routes that refuse like any other route.
std::optional<Refusal> refusal_of(const rtmsg& body, const NetlinkAttributes& attributes) {
  switch (body.rtm_type) {
    case RTN_UNREACHABLE:
      return Refusal::kUnreachable;
    case RTN_PROHIBIT:
      return Refusal::kProhibited;
    case RTN_BLACKHOLE:
      return Refusal::kBlackhole;
    case RTN_THROW:
      return Refusal::kNoRoute;
    default:
      break;
  }
  if (attributes.bytes(RTA_ENCAP)) return Refusal::kEncapsulated;
  return std::nullopt;
}

// Returns a gateway of the route's own family, or of another one (RTA_VIA: a 16-bit family, then
// the address).
std::optional<net::IpAddress> gateway_of(const NetlinkAttributes& attributes) {
  if (const auto gateway = attributes.address(RTA_GATEWAY)) return gateway;
  const std::optional<Bytes> via = attributes.bytes(RTA_VIA);
  if (!via || via->size() < sizeof(rtvia)) return std::nullopt;
  return parse_address(via->subspan(sizeof(rtvia)));
}

RouteDecision to_way(const nlmsghdr& message) {
  const auto& body = body_of<rtmsg>(message);
  const NetlinkAttributes attributes(message, sizeof body);
  if (const auto refusal = refusal_of(body, attributes)) return {.refusal = *refusal};
  const auto interface = static_cast<int>(attributes.number(RTA_OIF).value_or(0));
  return {.hop = Hop{interface, gateway_of(attributes)},
          .source = attributes.address(RTA_PREFSRC),
          .table = attributes.number(RTA_TABLE).value_or(body.rtm_table)};
}

// Returns the destination of a route or a rule; both use the same attribute number. Returns nullopt
// for families other than IP.
std::optional<net::Prefix> destination_of(unsigned family, std::uint8_t length,
                                          const NetlinkAttributes& attributes) {
  static_assert(int{RTA_DST} == int{FRA_DST});
  if (family != AF_INET && family != AF_INET6) return std::nullopt;
  const net::IpAddress any =
      family == AF_INET ? net::IpAddress(net::Ipv4Address()) : net::IpAddress(net::Ipv6Address());
  return net::Prefix{attributes.address(RTA_DST).value_or(any), length};
}

void add_ports(const NetlinkAttributes& attributes, std::uint16_t type,
               std::vector<net::PortRange>& ports) {
  const std::optional<Bytes> bytes = attributes.bytes(type);
  fib_rule_port_range range;
  if (!bytes || bytes->size() != sizeof range) return;
  std::memcpy(&range, bytes->data(), sizeof range);
  ports.push_back({range.start, range.end});
}

// Returns destinations that the kernel decides without a table: "this host", multicast, broadcast,
// and IPv6 link-local addresses.
std::vector<net::Prefix> built_in_destinations() {
  const net::Ipv6Address link_local(make_uint128(0xfe80000000000000, 0));
  const net::Ipv6Address multicast(make_uint128(0xff00000000000000, 0));
  return {{net::Ipv4Address(), 32},
          {net::Ipv4Address(0xe0000000), 4},
          {net::Ipv4Address(0xffffffff), 32},
          {net::Ipv6Address(), 128},
          {link_local, 10},
          {multicast, 8}};
}

// Returns the source that the kernel tries for an IPv6 target that no route reaches without a
// source. A connected raw socket, which sends nothing, shows this choice.
std::optional<net::IpAddress> source_of_socket(const Flow& flow) {
  const UniqueFd socket(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, flow.protocol));
  const int interface = flow.interface;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_BINDTOIFINDEX, &interface, sizeof interface);
  net::SocketAddress address({flow.target, flow.port});
  if (::connect(socket.get(), address.get(), address.length) != 0) return std::nullopt;
  if (::getsockname(socket.get(), address.get(), &address.length) != 0) return std::nullopt;
  return address.endpoint().address;
}

// The kernel refuses other protocols. Without one it looks for the route of a UDP packet, so a rule
// about SCTP is not seen.
bool can_be_asked(std::uint8_t protocol, const net::IpAddress& target) {
  return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP ||
         (target.is_v4() ? protocol == IPPROTO_ICMP : protocol == IPPROTO_ICMPV6);
}

}  // namespace

std::string_view name(Refusal refusal) {
  constexpr std::array<std::string_view, 5> kNames = {"no route", "unreachable", "prohibited",
                                                      "a blackhole", "encapsulated"};
  return kNames[static_cast<std::size_t>(refusal)];
}

Result<KernelRoutes> KernelRoutes::open() { return KernelRoutes(TRY(NetlinkSocket::open())); }

Result<RouteDecision> KernelRoutes::ask(const Flow& flow) {
  RouteDecision route = TRY(look_up(flow));
  if (flow.source) return route;
  Flow second = flow;
  if (flow.target.is_v4()) second.source = route.source;
  if (flow.target.is_v6() && !route.hop) second.source = source_of_socket(flow);
  return second.source ? look_up(second) : route;
}

Result<RouteDecision> KernelRoutes::look_up(const Flow& flow) {
  NetlinkRequest request(RTM_GETROUTE, 0);
  auto& question = request.body<rtmsg>();
  question.rtm_family = flow.target.is_v4() ? AF_INET : AF_INET6;
  question.rtm_dst_len = flow.target.is_v4() ? net::Ipv4Address::kBits : net::Ipv6Address::kBits;
  question.rtm_flags = RTM_F_LOOKUP_TABLE;
  request.add(RTA_DST, flow.target);
  if (flow.source) {
    question.rtm_src_len = question.rtm_dst_len;
    request.add(RTA_SRC, *flow.source);
  }
  if (flow.interface != 0) request.add(RTA_OIF, static_cast<std::uint32_t>(flow.interface));
  if (can_be_asked(flow.protocol, flow.target)) request.add(RTA_IP_PROTO, flow.protocol);
  if (flow.source_port != 0) request.add_port(RTA_SPORT, flow.source_port);
  if (flow.port != 0) request.add_port(RTA_DPORT, flow.port);

  const NetlinkAnswer answer = TRY(socket_.ask(request));
  if (answer.refused_errno != 0)
    return RouteDecision{.refusal = refusal_of_errno(answer.refused_errno)};
  RouteDecision route;
  answer.reply.for_each(RTM_NEWROUTE, [&](const nlmsghdr& message) { route = to_way(message); });
  if (route.hop && flow.source) route.source = flow.source;
  return route;
}

Result<RouteBoundaries> route_boundaries() {
  RouteBoundaries boundaries{.destinations = built_in_destinations()};
  const NetlinkReply routes = TRY(dump(RTM_GETROUTE));
  routes.for_each(RTM_NEWROUTE, [&](const nlmsghdr& message) {
    const auto& body = body_of<rtmsg>(message);
    const NetlinkAttributes attributes(message, sizeof body);
    const auto to = destination_of(body.rtm_family, body.rtm_dst_len, attributes);
    if (to) boundaries.destinations.push_back(*to);
  });
  const NetlinkReply rules = TRY(dump(RTM_GETRULE));
  rules.for_each(RTM_NEWRULE, [&](const nlmsghdr& message) {
    const auto& body = body_of<fib_rule_hdr>(message);
    const NetlinkAttributes attributes(message, sizeof body);
    const auto to = destination_of(body.family, body.dst_len, attributes);
    if (!to) return;
    boundaries.destinations.push_back(*to);
    if (attributes.bytes(FRA_IP_PROTO)) boundaries.tells_protocols = true;
    add_ports(attributes, FRA_SPORT_RANGE, boundaries.source_ports);
    add_ports(attributes, FRA_DPORT_RANGE, boundaries.ports);
  });
  return boundaries;
}

}  // namespace masscan::host
