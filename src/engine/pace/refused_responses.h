// Finds the host or network that caused most of the responses that were not sent (see
// ResponseLimit). Uses fixed memory. Owner: Responder. Thread: the worker's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "net/ip_address.h"

namespace masscan::engine {

// Counts frequent addresses (Misra and Gries, "Finding repeated elements", 1982). An address that
// makes up more than 1/(kPlaces + 1) of the total has a count, which is too low by at most that
// part.
class FrequentAddresses {
 public:
  static constexpr std::size_t kPlaces = 15;

  // Plain words, for Published.
  struct Count {
    std::uint64_t is_v6 = 0;
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::uint64_t count = 0;  // a lower bound

    net::IpAddress address() const {
      return {is_v6 != 0 ? net::Family::kIpv6 : net::Family::kIpv4, high, low};
    }
  };

  void note(const net::IpAddress& address);
  Count most() const;

 private:
  std::array<Count, kPlaces> places_{};
};

class RefusedResponses {
 public:
  // Prefix lengths of the networks that are counted.
  static constexpr std::uint8_t kNetworkBitsV4 = 24;
  static constexpr std::uint8_t kNetworkBitsV6 = 64;

  // What a worker publishes.
  struct Summary {
    std::uint64_t refused = 0;
    FrequentAddresses::Count host;
    FrequentAddresses::Count network;  // the first address of the network
  };

  void note(const net::IpAddress& who);
  Summary summary() const { return {refused_, hosts_.most(), networks_.most()}; }

 private:
  std::uint64_t refused_ = 0;
  FrequentAddresses hosts_;
  FrequentAddresses networks_;
};

// Returns a sentence for the user: the host, or otherwise the network, that most of the refused
// responses of all workers were for. Returns nullopt if they were few, or had no single cause.
std::optional<std::string> describe(std::span<const RefusedResponses::Summary> summaries);

}  // namespace masscan::engine
