// Host names to addresses, many at once: all A and AAAA records of each, asked of the name servers
// in /etc/resolv.conf, after /etc/hosts.
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
  // Queries under way at the same time. The answers to all of them must fit into a socket's
  // receive buffer.
  std::size_t concurrency = 200;
  Duration timeout = 2s;  // of a query's first attempt; later ones get longer
  int attempts = 3;       // at every server
  // When no server has answered anything for so long, the remaining names are given up.
  Duration patience = 20s;
};

// A name without a failure has at least one address, and these are all. One may have both: when
// the question for one family was answered and that for the other was not.
struct Lookup {
  std::vector<net::IpAddress> addresses;  // ascending
  std::string failure;                    // "has no address"
};

// Called at most a few times a second with how many names are done, and at the end.
using ResolverProgress = std::function<void(std::size_t done)>;

// One Lookup a name, in their order. An Error only if nothing can be asked at all. Blocks the
// calling thread; ends because every query ends.
Result<std::vector<Lookup>> resolve(std::span<const std::string> names,
                                    const ResolverOptions& options = {},
                                    const ResolverProgress& progress = {});

}  // namespace masscan::host
