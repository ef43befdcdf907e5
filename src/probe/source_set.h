// Our addresses and ports, and which of them asks which target.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/siphash.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "net/prefix.h"
#include "probe/flow.h"

namespace masscan::probe {

class SourceSet {
 public:
  // Of a longer list only this many addresses of a family ask; all of them are ours.
  static constexpr std::uint64_t kMaxAskingAddresses = std::uint64_t{1} << 32;

  // At least one address range; the ranges do not overlap.
  SourceSet(SipKey key, std::vector<net::AddressRange> addresses, net::PortRange ports);

  // The same for every retry, since it depends on the key and the target only, and spread evenly
  // over addresses and ports. Nothing if we have no address of the target's family.
  std::optional<Source> for_target(const net::IpAddress& target, net::Port port) const;

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

  SipKey key_;
  Pool ipv4_;
  Pool ipv6_;
  net::PortRange ports_;
};

}  // namespace masscan::probe
