#include "payloads/payload_set.h"

#include <algorithm>
#include <map>
#include <utility>

namespace masscan::payloads {
namespace {

using banner::UdpRequest;

constexpr std::size_t kPorts = 65536;

// The numbers of the payloads of each port, in order.
using ListOfPort = std::map<std::uint16_t, std::vector<std::size_t>>;

Result<void> add_payload(const std::vector<Payload>& source, std::size_t number,
                         ListOfPort& lists) {
  const Payload& payload = source[number];
  for (const net::PortRange& range : payload.ports) {
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      auto& list = lists[static_cast<std::uint16_t>(port)];
      const auto is_equal = [&](std::size_t other) { return source[other].bytes == payload.bytes; };
      if (std::ranges::any_of(list, is_equal)) continue;
      if (list.size() == PayloadSet::kMaxRequests) {
        return usage_error("{}: port {} has more than {} payloads; remove some", payload.name, port,
                           PayloadSet::kMaxRequests);
      }
      list.push_back(number);
    }
  }
  return {};
}

}  // namespace

PayloadSet::PayloadSet(std::span<const banner::UdpProtocol* const> protocols, bool allow_amplifying)
    : lists_{{UdpRequest{.name = "empty"}}}, list_of_port_(kPorts) {
  for (const banner::UdpProtocol* const protocol : protocols) {
    for (const UdpRequest& request : protocol->requests) {
      if (request.amplification > kMostAmplification && !allow_amplifying) continue;
      for (const std::uint16_t port : protocol->ports) {
        std::uint32_t& list = list_of_port_[port];
        if (list == 0) {
          list = static_cast<std::uint32_t>(lists_.size());
          lists_.emplace_back();
        }
        lists_[list].push_back(request);
      }
    }
  }
}

Result<void> PayloadSet::replace(std::vector<Payload> source) {
  ListOfPort numbers;
  for (std::size_t number = 0; number < source.size(); ++number) {
    TRY(add_payload(source, number, numbers));
  }
  std::vector<UdpRequest> requests;
  for (Payload& payload : source) {
    const Payload& kept = payloads_.emplace_back(std::move(payload));
    requests.push_back({.name = kept.name, .payload = kept.bytes});
  }
  // Ports with the same payloads share a list: a source may name all 65,536.
  std::map<std::vector<std::size_t>, std::uint32_t> known;
  for (const auto& [port, list] : numbers) {
    const auto [entry, is_new] = known.try_emplace(list, lists_.size());
    if (is_new) {
      auto& added = lists_.emplace_back();
      for (const std::size_t number : list) added.push_back(requests[number]);
    }
    list_of_port_[port] = entry->second;
  }
  return {};
}

unsigned PayloadSet::most_requests() const {
  std::size_t most = 0;
  for (const std::uint32_t list : list_of_port_) most = std::max(most, lists_[list].size());
  return static_cast<unsigned>(most);
}

}  // namespace masscan::payloads
