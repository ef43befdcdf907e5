#include "targets/probe_space.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/siphash.h"

namespace masscan::targets {
namespace {

// Returns the bit width of count * factor. The product may need up to 192 bits.
int bits_of_product(Uint128 count, std::uint64_t factor) {
  const Uint128 low = Uint128{low64(count)} * factor;
  const Uint128 high = Uint128{high64(count)} * factor + high64(low);
  if (high64(high) != 0) return 128 + static_cast<int>(std::bit_width(high64(high)));
  if (high != 0) return 64 + static_cast<int>(std::bit_width(low64(high)));
  return static_cast<int>(std::bit_width(low64(low)));
}

constexpr int kMaxBits = 63;

// Returns the bit width of the number of targets.
int bits_of(const AddressSet& addresses, const PortSet& ports, const PairSet& pairs) {
  const int bits = bits_of_product(addresses.count(), ports.count());
  if (bits > kMaxBits) return bits;
  const std::uint64_t product = low64(addresses.count()) * ports.count();
  return static_cast<int>(std::bit_width(product + pairs.size()));
}

}  // namespace

Result<ProbeSpace> ProbeSpace::make(AddressSet addresses, PortSet ports, PairSet pairs) {
  if (addresses.empty() && pairs.empty()) {
    return usage_error(
        "target IP address list empty; give addresses such as 10.0.0.0/8, or a file of them with "
        "-iL FILE (if there were some, all addresses were removed by exclusion ranges)");
  }
  if (ports.empty() && !addresses.empty()) {
    return usage_error(
        "no ports were specified{}; give some with -p, such as -p80,443 or -p1-65535 (if there "
        "were some, all were removed by exclude-ports)",
        pairs.empty() ? "" : " for the targets that are not pairs such as 10.0.0.1:80");
  }
  pairs.subtract_product(addresses, ports);
  const int bits = bits_of(addresses, ports, pairs);
  if (bits > kMaxBits) {
    return usage_error(
        "scan range too large, max is 63-bits, requested is {} bits; give fewer addresses or "
        "ports (with one port, an IPv6 subnet must be /66 or smaller)",
        bits);
  }
  const std::uint64_t address_count = low64(addresses.count());
  return ProbeSpace(std::move(addresses), std::move(ports), std::move(pairs), address_count);
}

ProbeSpace::ProbeSpace(AddressSet addresses, PortSet ports, PairSet pairs,
                       std::uint64_t address_count)
    : addresses_(std::move(addresses)),
      ports_(std::move(ports)),
      pairs_(std::move(pairs)),
      v4_(addresses_.v4.ranges()),
      v6_(addresses_.v6.ranges()),
      by_address_count_(std::max<std::uint64_t>(address_count, 1)),
      product_size_(address_count * ports_.count()),
      size_(product_size_ + pairs_.size()) {}

void ProbeSpace::at(std::span<const std::uint64_t> indexes, TargetBatch& targets) const {
  DCHECK(indexes.size() <= TargetBatch::kMost);
  targets.count = indexes.size();
  if (pairs_.size() == 0 && v6_.size() == 0) {
    at_product(v4_, addresses_.v4.ranges(), indexes, targets);
  } else if (pairs_.size() == 0 && v4_.size() == 0) {
    at_product(v6_, addresses_.v6.ranges(), indexes, targets);
  } else {
    for (std::size_t i = 0; i < indexes.size(); ++i) targets.set(i, at(indexes[i]));
  }
}

// The common case, column by column.
template <typename A>
void ProbeSpace::at_product(const RangeIndex<A>& addresses, std::span<const Range<A>> ranges,
                            std::span<const std::uint64_t> indexes, TargetBatch& targets) const {
  std::array<std::uint64_t, TargetBatch::kMost> memory;
  std::span<const std::uint64_t> positions = indexes;
  if (ports_.count() == 1) {
    std::fill_n(targets.ports.begin(), indexes.size(), ports_.at(0));
  } else {
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      const std::uint64_t port = by_address_count_.quotient(indexes[i]);
      targets.ports[i] = ports_.at(port);
      memory[i] = indexes[i] - port * by_address_count_.divisor();
    }
    positions = std::span(memory).first(indexes.size());
  }
  for (const std::uint64_t position : positions) addresses.prefetch(position);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    targets.set(i, addresses.at(ranges, positions[i]));
  }
}

std::optional<std::uint64_t> ProbeSpace::index_of(const net::IpAddress& address,
                                                  net::Port port) const {
  const auto address_number = address_position(address);
  const auto port_number = ports_.index_of(port);
  if (address_number && port_number) {
    return *port_number * by_address_count_.divisor() + *address_number;
  }
  const auto pair_number = pairs_.index_of({address, port});
  if (!pair_number) return std::nullopt;
  return product_size_ + *pair_number;
}

std::uint64_t ProbeSpace::fingerprint() const {
  SipHash hash(SipKey{});
  const auto add = [&](const net::IpAddress& address) {
    hash.add(address.high()).add(address.low());
  };
  for (const auto& range : addresses_.v4.ranges()) add(range.first), add(range.last);
  for (const auto& range : addresses_.v6.ranges()) add(range.first), add(range.last);
  const auto add_port = [&](net::Transport transport, std::uint16_t number) {
    hash.add(static_cast<std::uint64_t>(transport) << 16 | number);
  };
  for (const TransportPorts& run : ports_.ranges()) {
    add_port(run.transport, run.ports.first);
    add_port(run.transport, run.ports.last);
  }
  for (std::uint64_t i = 0; i < pairs_.size(); ++i) {
    const Target pair = pairs_.at(i);
    add(pair.address);
    add_port(pair.port.transport, pair.port.number);
  }
  return hash.add(size_).finish();
}

std::optional<std::uint64_t> ProbeSpace::address_position(const net::IpAddress& address) const {
  if (address.is_v4()) return v4_.position_of(addresses_.v4.ranges(), address.v4());
  const auto position = v6_.position_of(addresses_.v6.ranges(), address.v6());
  if (!position) return std::nullopt;
  return v4_.size() + *position;
}

}  // namespace masscan::targets
