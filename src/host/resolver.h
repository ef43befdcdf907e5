// Resolves many host names at once: all A and AAAA records of each, from /etc/hosts, then from the
// name servers in /etc/resolv.conf.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/ip_address.h"

namespace masscan::host {

struct ResolverOptions {
  std::string servers{};  // "10.0.0.1:5353,[fd09::1]:53" instead of the system's
  // Queries in flight. All of their answers must fit into a socket's receive buffer.
  std::size_t concurrency = 200;
  Duration timeout = 2s;  // of a query's first attempt; later ones are longer
  int attempts = 3;       // per server
  // The remaining names fail when no server has answered anything for this long.
  Duration silence_limit = 20s;
};

// Without a failure it holds all addresses of the name, at least one. It holds both if only the
// query for one family was answered.
struct Lookup {
  std::vector<net::IpAddress> addresses;  // ascending
  std::string failure;                    // "has no address"
};

// Called with the number of finished names, a few times a second at most, and at the end.
using ResolverProgress = std::function<void(std::size_t done)>;

// Returns one Lookup per name, in their order. Errors: only if no query can be sent. Blocks the
// calling thread until every query is answered or has timed out.
Result<std::vector<Lookup>> resolve(std::span<const std::string> names,
                                    const ResolverOptions& options = {},
                                    const ResolverProgress& progress = {});

}  // namespace masscan::host
