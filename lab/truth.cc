// lab_truth: computes the open ports of a simulated network, as the oracle of its tests.
//
//   lab_truth --key K --open PPM [--closed PPM] --ports 80,443,1000-1999 [--show open|closed]
//             [--transport tcp|udp|sctp|icmp|ip] 10.0.0.0/12 fd09::/112 ...
//
// Prints a line "ADDRESS PORT" for each, ordered by address, then by port.
#include "sim/truth.h"

#include <fmt/core.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "net/port.h"
#include "net/prefix.h"

namespace masscan {
namespace {

struct Request {
  truth network = {.key = 1, .open_ppm = 50'000, .closed_ppm = 0};
  truth_answer show = TRUTH_OPEN;
  // A ping is port 0 of ICMP, an IP protocol is a port of IP.
  net::Transport transport = net::Transport::kTcp;
  std::vector<net::PortRange> ports;
  std::vector<net::AddressRange> ranges;
};

template <typename T>
Result<T> read_number(std::string_view text) {
  const std::optional<T> value = parse_number<T>(text);
  if (!value) return usage_error("{}: not a number", text);
  return *value;
}

// Splits at the first separator; the second part is empty if there is none.
std::pair<std::string_view, std::string_view> split(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == text.npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

Result<std::vector<net::PortRange>> read_ports(std::string_view text) {
  std::vector<net::PortRange> ports;
  while (!text.empty()) {
    const auto [range, rest] = split(text, ',');
    const auto [first, last] = split(range, '-');
    const auto low = TRY(read_number<std::uint16_t>(first));
    const auto high = TRY(read_number<std::uint16_t>(last.empty() ? first : last));
    ports.push_back({low, high});
    text = rest;
  }
  return ports;
}

// Parses "10.0.0.0/8" or one address.
Result<net::AddressRange> read_range(std::string_view text) {
  const auto [base, length] = split(text, '/');
  const std::optional<net::IpAddress> address = net::IpAddress::parse(base);
  if (!address) return usage_error("{}: not an address or a network", text);
  if (length.empty()) return net::AddressRange{*address, *address};
  return net::Prefix{*address, TRY(read_number<std::uint8_t>(length))}.range();
}

Result<> read_transport(std::string_view name, net::Transport& transport) {
  using enum net::Transport;
  for (const net::Transport known : {kTcp, kUdp, kSctp, kIcmp, kIp}) {
    if (net::name(transport = known) == name) return {};
  }
  return usage_error("{}: not a transport", name);
}

Result<> read_option(std::string_view name, std::string_view value, Request& request) {
  if (name == "--key")
    request.network.key = TRY(read_number<std::uint64_t>(value));
  else if (name == "--open")
    request.network.open_ppm = TRY(read_number<std::uint32_t>(value));
  else if (name == "--closed")
    request.network.closed_ppm = TRY(read_number<std::uint32_t>(value));
  else if (name == "--ports")
    request.ports = TRY(read_ports(value));
  else if (name == "--show")
    request.show = value == "closed" ? TRUTH_CLOSED : TRUTH_OPEN;
  else if (name == "--transport")
    return read_transport(value, request.transport);
  else
    return usage_error("unknown option {}", name);
  return {};
}

Result<Request> read_request(std::span<const std::string_view> words) {
  Request request;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      request.ranges.push_back(TRY(read_range(words[i])));
    } else if (i + 1 < words.size()) {
      TRY(read_option(words[i], words[i + 1], request));
      ++i;
    } else {
      return usage_error("{} wants a value", words[i]);
    }
  }
  if (request.ports.empty() || request.ranges.empty())
    return usage_error("use: lab_truth --key K --open PPM --ports 80,443 10.0.0.0/12");
  return request;
}

net::IpAddress after(const net::IpAddress& address) {
  if (address.is_v4()) return net::Ipv4Address(address.v4().number() + 1);
  return net::Ipv6Address(address.v6().number() + 1);
}

void print_host(const Request& request, const net::IpAddress& address) {
  for (const net::PortRange& ports : request.ports) {
    for (std::uint32_t port = ports.first; port <= ports.last; ++port) {
      const std::uint32_t number = static_cast<std::uint32_t>(request.transport) << 16 | port;
      if (truth_of(&request.network, address.high(), address.low(), number) == request.show)
        fmt::print("{} {}\n", net::to_string(address), port);
    }
  }
}

void print_range(const Request& request, const net::AddressRange& range) {
  for (net::IpAddress address = range.first;; address = after(address)) {
    print_host(request, address);
    if (address == range.last) return;
  }
}

}  // namespace
}  // namespace masscan

int main(int count, char** arguments) {
  const std::vector<std::string_view> words(arguments + 1, arguments + count);
  const auto request = masscan::read_request(words);
  if (!request) {
    masscan::write_stderr(fmt::format("lab_truth: {}\n", request.error().message));
    return 2;
  }
  for (const auto& range : request->ranges) masscan::print_range(*request, range);
  return 0;
}
