// The kernel's routing table as it is configured, and what the kernel makes of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"
#include "net/prefix.h"

namespace masscan::host {

// The tables every machine consults, in this order. Others, reached by rules of policy routing,
// are not read: `ask_kernel` shows where they would decide otherwise.
enum class RouteTable : std::uint8_t { kLocal, kMain, kDefault };

enum class RouteKind : std::uint8_t {
  kUnicast,  // out of an interface; multicast and broadcast too
  kLocal,    // to ourselves
  kRefused,  // blackhole, unreachable, prohibit
  kThrow,    // not in this table; the next one decides
};

// The next step towards an address.
struct Hop {
  int interface = 0;                        // its index; 0 where the kind of route needs none
  std::optional<net::IpAddress> gateway{};  // may be IPv6 for an IPv4 route; empty: on-link

  friend bool operator==(const Hop&, const Hop&) = default;
};

struct Route {
  net::Prefix destination{};
  RouteTable table = RouteTable::kMain;
  RouteKind kind = RouteKind::kUnicast;
  Hop hop{};
  std::optional<net::IpAddress> preferred_source{};
  std::uint32_t metric = 0;  // the lowest wins among equal destinations
};

// All IPv4 and IPv6 routes in the kernel's order; of several next hops the first that is alive.
Result<std::vector<Route>> routes();

// The way the kernel itself would send a packet now, policy routing included: to compare with.
struct KernelWay {
  std::optional<Hop> hop;  // empty: it would refuse
  std::optional<net::IpAddress> source;
};
Result<KernelWay> ask_kernel(const net::IpAddress& target);

}  // namespace masscan::host
