// Our addresses and ports, and the choice of a source for each target.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/divider.h"
#include "net/ip_address.h"
#include "net/prefix.h"
#include "probe/flow.h"

namespace masscan::probe {

class SourceSet {
 public:
  // Only the first addresses of a family, up to this number, send probes. All are accepted as
  // destinations of replies.
  static constexpr std::uint64_t kMaxAskingAddresses = std::uint64_t{1} << 32;

  // REQUIRES: at least one address range; the ranges do not overlap.
  SourceSet(std::vector<net::AddressRange> addresses, net::PortRange ports);

  // Returns the source for a target of this family and cookie: the same for every retry, and evenly
  // distributed over addresses and ports. Returns nullopt if we have no address of the family.
  std::optional<Source> choose(net::Family family, std::uint64_t cookie) const {
    if (!has(family)) return std::nullopt;
    const Choice choice = chooser(family)(cookie);
    return Source{address(family, choice.address), choice.port};
  }

  // The same in two steps.
  // REQUIRES: we have addresses of the family.
  struct Choice {
    std::uint64_t address;  // its index, below `count`
    std::uint16_t port;
  };
  class Chooser {
   public:
    Chooser(std::uint64_t addresses, std::uint16_t first_port, Divider by_port_count)
        : by_port_count_(by_port_count), addresses_(addresses), first_port_(first_port) {}

    Choice operator()(std::uint64_t cookie) const {
      // Scales the cookie by multiplication: as even as the remainder, and faster. The high bits of
      // the cookie decide.
      const std::uint64_t ports = by_port_count_.divisor();
      const std::uint64_t chosen = high64(static_cast<Uint128>(cookie) * (addresses_ * ports));
      const std::uint64_t address = addresses_ == 1 ? 0 : by_port_count_.quotient(chosen);
      return {address, static_cast<std::uint16_t>(first_port_ + (chosen - address * ports))};
    }

   private:
    Divider by_port_count_;
    std::uint64_t addresses_;
    std::uint16_t first_port_;
  };
  Chooser chooser(net::Family family) const {
    return {count(family), ports_.first, by_port_count_};
  }
  net::IpAddress address(net::Family family, std::uint64_t number) const {
    return pool(family).at(number);
  }
  std::uint64_t count(net::Family family) const { return pool(family).count; }

  bool has(net::Family family) const { return count(family) > 0; }
  bool owns(const net::IpAddress& address) const;
  bool owns_port(std::uint16_t number) const { return ports_.contains(number); }

 private:
  // The ranges of one family.
  struct Pool {
    std::vector<net::AddressRange> ranges;
    std::uint64_t count = 0;  // at most kMaxAskingAddresses

    void add(const net::AddressRange& range);
    net::IpAddress at(std::uint64_t index) const;
  };

  const Pool& pool(net::Family family) const {
    return family == net::Family::kIpv4 ? ipv4_ : ipv6_;
  }

  Pool ipv4_;
  Pool ipv6_;
  net::PortRange ports_;
  Divider by_port_count_;
};

}  // namespace masscan::probe
