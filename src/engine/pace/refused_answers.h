// Who asked for more answers than it got: the address, or the network, behind most of what was
// refused. In memory for a few, however many there are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "net/ip_address.h"

namespace masscan::engine {

// Counts what appears often (Misra and Gries, "Finding repeated elements", 1982): of anything that
// makes more than one in kPlaces + 1 of all, a count that is at most that many too low.
class FrequentAddresses {
 public:
  static constexpr std::size_t kPlaces = 15;

  // Plain words, so that one thread can publish them for another.
  struct Count {
    std::uint64_t is_v6 = 0;
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::uint64_t count = 0;  // at least so often

    net::IpAddress address() const {
      return {is_v6 != 0 ? net::Family::kIpv6 : net::Family::kIpv4, high, low};
    }
  };

  void note(const net::IpAddress& address);
  Count most() const;

 private:
  std::array<Count, kPlaces> places_{};
};

class RefusedAnswers {
 public:
  // Networks of this length are told apart.
  static constexpr std::uint8_t kNetworkBitsV4 = 24;
  static constexpr std::uint8_t kNetworkBitsV6 = 64;

  // What a worker tells of it.
  struct Summary {
    std::uint64_t refused = 0;
    FrequentAddresses::Count host;
    FrequentAddresses::Count network;  // its first address
  };

  void note(const net::IpAddress& who);
  Summary summary() const { return {refused_, hosts_.most(), networks_.most()}; }

 private:
  std::uint64_t refused_ = 0;
  FrequentAddresses hosts_;
  FrequentAddresses networks_;
};

// A sentence for the user: which host, or else which network, was refused most of the answers, by
// what all workers say. Nothing if it was a few, or nobody in particular.
std::optional<std::string> describe(std::span<const RefusedAnswers::Summary> summaries);

}  // namespace masscan::engine
