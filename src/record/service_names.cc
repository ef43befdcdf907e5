#include "record/service_names.h"

#include <netdb.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/bytes.h"

namespace masscan::record {
namespace {

using NamesByNumber = std::unordered_map<std::uint16_t, std::string>;

// The database holds network order.
std::uint16_t number_of(const servent& entry) {
  const auto port = static_cast<std::uint16_t>(entry.s_port);
  return load_be<std::uint16_t>(std::bit_cast<std::array<std::byte, sizeof(port)>>(port));
}

// Reads all names at once, because each lookup would read the whole file.
NamesByNumber read_names(std::string_view protocol) {
  NamesByNumber names;
  ::setservent(0);
  while (const servent* entry = ::getservent()) {
    // Of several names of a port, a lookup returns the first.
    if (entry->s_proto == protocol) {
      names.try_emplace(number_of(*entry), entry->s_name);
    }
  }
  ::endservent();
  return names;
}

NamesByNumber read_protocols() {
  NamesByNumber names;
  ::setprotoent(0);
  while (const protoent* entry = ::getprotoent()) {
    names.try_emplace(static_cast<std::uint16_t>(entry->p_proto), entry->p_name);
  }
  ::endprotoent();
  return names;
}

std::string_view find(const NamesByNumber& names, std::uint16_t number) {
  const auto found = names.find(number);
  return found == names.end() ? kUnknownService : std::string_view(found->second);
}

}  // namespace

std::string_view service_name(net::Port port, std::uint8_t ip_protocol) {
  static const NamesByNumber tcp = read_names("tcp");
  static const NamesByNumber udp = read_names("udp");
  static const NamesByNumber protocols = read_protocols();
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
      return find(protocols, ip_protocol);
  }
  return kUnknownService;
}

}  // namespace masscan::record
