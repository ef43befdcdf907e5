#include "report/service_names.h"

#include <netdb.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/bytes.h"

namespace masscan::report {
namespace {

constexpr std::string_view kUnknown = "unknown";

using NamesByPort = std::unordered_map<std::uint16_t, std::string>;

// In the database it is in network order.
std::uint16_t number_of(const servent& entry) {
  const auto port = static_cast<std::uint16_t>(entry.s_port);
  return load_be<std::uint16_t>(std::bit_cast<std::array<std::byte, sizeof(port)>>(port));
}

// All at once: asking the database for each record would read its file each time.
NamesByPort read_names(std::string_view protocol) {
  NamesByPort names;
  ::setservent(0);
  while (const servent* entry = ::getservent()) {
    // The first of several names of a port is the one that a look-up gives.
    if (entry->s_proto == protocol) {
      names.try_emplace(number_of(*entry), entry->s_name);
    }
  }
  ::endservent();
  return names;
}

std::string_view find(const NamesByPort& names, std::uint16_t number) {
  const auto found = names.find(number);
  return found == names.end() ? kUnknown : std::string_view(found->second);
}

}  // namespace

std::string_view service_name(net::Port port) {
  static const NamesByPort tcp = read_names("tcp");
  static const NamesByPort udp = read_names("udp");
  switch (port.transport) {
    case net::Transport::kTcp:
      return find(tcp, port.number);
    case net::Transport::kUdp:
      return find(udp, port.number);
    case net::Transport::kSctp:
      return "sctp";
    case net::Transport::kIcmp:
      return "icmp";
    case net::Transport::kArp:
      return "ip";
    case net::Transport::kIp:
      return kUnknown;
  }
  return kUnknown;
}

}  // namespace masscan::report
