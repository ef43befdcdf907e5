#include "engine/pace/refused_responses.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/prefix.h"

namespace masscan::engine {

namespace {

using Count = FrequentAddresses::Count;

// Smaller counts may come from duplicated frames.
constexpr std::uint64_t kWorthTelling = 10;

std::uint8_t network_bits(const net::IpAddress& address) {
  return address.is_v4() ? RefusedResponses::kNetworkBitsV4 : RefusedResponses::kNetworkBitsV6;
}

net::IpAddress network_of(const net::IpAddress& address) {
  return net::Prefix{address, network_bits(address)}.range().first;
}

// Returns the address with the largest sum of the workers' counts.
Count most_of(std::span<const RefusedResponses::Summary> summaries,
              Count RefusedResponses::Summary::*which) {
  Count most;
  for (const RefusedResponses::Summary& candidate : summaries) {
    Count sum = candidate.*which;
    sum.count = 0;
    for (const RefusedResponses::Summary& summary : summaries) {
      const Count& other = summary.*which;
      if (other.address() == sum.address()) sum.count += other.count;
    }
    if (sum.count > most.count) most = sum;
  }
  return most;
}

}  // namespace

void FrequentAddresses::note(const net::IpAddress& address) {
  Count* free = nullptr;
  for (Count& place : places_) {
    if (place.count == 0) {
      free = &place;
    } else if (place.address() == address) {
      ++place.count;
      return;
    }
  }
  if (free != nullptr) {
    *free = {address.is_v6() ? 1u : 0u, address.high(), address.low(), 1};
    return;
  }
  for (Count& place : places_) --place.count;
}

Count FrequentAddresses::most() const {
  return *std::ranges::max_element(places_, {}, &Count::count);
}

void RefusedResponses::note(const net::IpAddress& who) {
  ++refused_;
  hosts_.note(who);
  networks_.note(network_of(who));
}

std::optional<std::string> describe(std::span<const RefusedResponses::Summary> summaries) {
  std::uint64_t refused = 0;
  for (const RefusedResponses::Summary& summary : summaries) refused += summary.refused;
  const Count host = most_of(summaries, &RefusedResponses::Summary::host);
  const Count network = most_of(summaries, &RefusedResponses::Summary::network);
  const bool is_host = host.count * 2 >= refused;
  const std::uint64_t count = is_host ? host.count : network.count;
  if (count < kWorthTelling || count * 2 < refused) return std::nullopt;
  const net::IpAddress address = (is_host ? host : network).address();
  const std::string who =
      is_host ? to_string(address) : to_string(net::Prefix{address, network_bits(address)});
  return fmt::format(
      "{} asked for at least {} answers more than it got: a target is answered once a second, and "
      "all of them by a quarter of the rate at most",
      who, count);
}

}  // namespace masscan::engine
