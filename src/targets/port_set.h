// A set of ports of all transports. Each port has a position in the set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/port.h"
#include "targets/range_index.h"
#include "targets/range_set.h"

namespace masscan::targets {

using net::TransportPorts;

class PortSet {
 public:
  void add(net::Transport transport, net::PortRange ports) {
    add({TransportPorts{transport, ports}});
  }
  // Adds all ports, in any order.
  void add(const std::vector<TransportPorts>& runs);
  void subtract(const PortSet& other);

  bool contains(net::Port port) const { return keys_.contains(Key(port)); }
  bool empty() const { return keys_.empty(); }
  std::uint64_t count() const { return index_.size(); }
  // Returns the port with number `position` < count(): in the order of Transport, then ascending.
  net::Port at(std::uint64_t position) const {
    const auto runs = keys_.ranges();
    if (runs.size() == 1) {
      return Key(runs.front().first.number() + static_cast<Key::Number>(position)).port();
    }
    return index_.at(runs, position).port();
  }
  std::optional<std::uint64_t> index_of(net::Port port) const;
  // Returns merged ranges in the same order.
  std::vector<TransportPorts> ranges() const;

  bool operator==(const PortSet& other) const { return keys_ == other.keys_; }

 private:
  // A port as one number. The bit between transport and number keeps the last port of one transport
  // from being adjacent to the first of the next.
  class Key {
   public:
    using Number = std::uint32_t;

    constexpr Key() = default;
    constexpr explicit Key(Number number) : number_(number) {}
    constexpr explicit Key(net::Port port)
        : number_(static_cast<Number>(port.transport) << 17 | port.number) {}
    constexpr Number number() const { return number_; }
    constexpr net::Port port() const {
      return {static_cast<net::Transport>(number_ >> 17), static_cast<std::uint16_t>(number_)};
    }
    constexpr auto operator<=>(const Key&) const = default;

   private:
    Number number_ = 0;
  };

  RangeSet<Key> keys_;
  RangeIndex<Key> index_;
};

// Writes ports as masscan echoes them: "80,8000-8100,U:53,S:36412,I:0,O:47", with a prefix on each
// part except TCP. ARP is "I:2".
std::string to_string(const PortSet& ports);

// Adds the ports of an argument or configuration value. `place` names its source in the Error.
//
//   list = part { "," part }      blanks are allowed around a part
//   part = [ prefix ":" ] ( N | N "-" N | N "-" | "-" N | "-" | service name )
//
// A prefix, in upper or lower case, is T (TCP), U (UDP), S (SCTP), I (ICMP) or O (IP protocol). It
// also applies to the following parts; `default_transport` applies before the first one. N is
// decimal, with or without leading zeros, or hexadecimal after "0x". An open range is 1 to 65535
// (O: 255). I:0 is an ICMP echo request, I:1 a timestamp request, I:2 ARP, and I:256+N an old form
// of O:N. Names are looked up in the system's list of services. On an Error, `into` is unchanged.
// unchanged.
Result<void> parse_ports(std::string_view text, std::string_view place,
                         net::Transport default_transport, PortSet& into);

}  // namespace masscan::targets
