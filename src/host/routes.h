// The kernel's routing decision for one packet, including all policy routing rules, and the
// addresses and ports at which its decisions can change.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "host/netlink.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "net/prefix.h"

namespace masscan::host {

// The next hop towards an address.
struct Hop {
  int interface = 0;                        // its index
  std::optional<net::IpAddress> gateway{};  // may be IPv6 for an IPv4 route; empty: on-link

  friend bool operator==(const Hop&, const Hop&) = default;
};

// The fields of a packet that routing rules match. Its mark is 0, its user is ours.
struct Flow {
  net::IpAddress target{};
  std::optional<net::IpAddress> source{};  // an address of this machine; empty: the kernel chooses
  int interface = 0;                       // the one its socket is bound to; 0: to none
  std::uint8_t protocol = 6;               // IP's number
  std::uint16_t source_port = 0;           // 0: none
  std::uint16_t port = 0;
};

enum class Refusal : std::uint8_t {
  kNoRoute,
  kUnreachable,  // this and the next two: by a route or a rule
  kProhibited,
  kBlackhole,
  kEncapsulated,  // the route adds headers (MPLS and the like), which we cannot
};
// Returns "no route", "unreachable", "prohibited", "a blackhole" or "encapsulated".
std::string_view name(Refusal refusal);

struct RouteDecision {
  std::optional<Hop> hop{};                // empty: refused
  Refusal refusal = Refusal::kNoRoute;     // if refused
  std::optional<net::IpAddress> source{};  // of the packet; empty: no address of its family
  // The routing table with the route. 0: no route, but the socket is bound to an interface; the
  // kernel then treats an IPv4 target as on-link.
  std::uint32_t table = 0;

  friend bool operator==(const RouteDecision&, const RouteDecision&) = default;
};

// Queries the kernel. Thread: one.
class KernelRoutes {
 public:
  static Result<KernelRoutes> open();

  // Returns the route of a connection's first packet, or of one that stands alone. Without a source
  // the kernel looks twice, as it does for connect(2): in IPv4 the first route gives the source,
  // and then rules for that source decide; in IPv6 it looks again, from an address of its choice,
  // where nothing leads to the target without. (That needs CAP_NET_RAW; without, the target is
  // refused.)
  Result<RouteDecision> ask(const Flow& flow);

 private:
  explicit KernelRoutes(NetlinkSocket socket) : socket_(std::move(socket)) {}
  Result<RouteDecision> look_up(const Flow& flow);

  NetlinkSocket socket_;
};

// Boundaries of the kernel's decisions: all addresses, and all ports, between two of them are
// treated alike.
struct RouteBoundaries {
  std::vector<net::Prefix> destinations;  // of every route of every table, and of every rule
  std::vector<net::PortRange> ports;      // that rules match on
  std::vector<net::PortRange> source_ports;
  bool tells_protocols = false;  // some rule looks at the protocol

  // Some rule looks at more than addresses.
  bool tells_probes_apart() const {
    return tells_protocols || !ports.empty() || !source_ports.empty();
  }
};
Result<RouteBoundaries> route_boundaries();

}  // namespace masscan::host
