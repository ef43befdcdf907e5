// Which ports: numbers of every transport, each numbered by its place in the set.
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
  // All of them, in any order, or none if the text they come from has an error.
  void add(const std::vector<TransportPorts>& runs);
  void subtract(const PortSet& other);

  bool contains(net::Port port) const { return keys_.contains(Key(port)); }
  bool empty() const { return keys_.empty(); }
  std::uint64_t count() const { return index_.size(); }
  // The port with number `position` below count(): in the order of Transport, then ascending.
  net::Port at(std::uint64_t position) const {
    const auto runs = keys_.ranges();
    if (runs.size() == 1) {
      return Key(runs.front().first.number() + static_cast<Key::Number>(position)).port();
    }
    return index_.at(runs, position).port();
  }
  std::optional<std::uint64_t> index_of(net::Port port) const;
  // In the same order, merged.
  std::vector<TransportPorts> ranges() const;

  bool operator==(const PortSet& other) const { return keys_ == other.keys_; }

 private:
  // A port as one number. The bit between transport and number keeps the last port of one
  // transport from touching the first of the next.
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

// As masscan echoes ports: "80,8000-8100,U:53,S:36412,I:0,O:47"; a prefix on every part but TCP.
// ARP is "I:2".
std::string to_string(const PortSet& ports);

// Adds the ports of an argument or configuration value; `place` says where it stood, for the Error.
//
//   list = part { "," part }      blanks may stand around a whole part
//   part = [ prefix ":" ] ( N | N "-" N | N "-" | "-" N | "-" | service name )
//
// A prefix in either case, T (TCP), U (UDP), S (SCTP), I (ICMP) or O (IP protocol), holds for the
// parts after it too; before the first one `default_transport` does. N is decimal, leading zeros
// or not, or hexadecimal after "0x". An open range goes from 1 to 65535 (O: 255). I:0 is an ICMP
// echo request, I:1 a timestamp request, I:2 ARP, and I:256+N an old spelling of O:N. Names are
// looked up in the system's list of services. Anything else is an Error, and then `into` is
// unchanged.
Result<void> parse_ports(std::string_view text, std::string_view place,
                         net::Transport default_transport, PortSet& into);

}  // namespace masscan::targets
