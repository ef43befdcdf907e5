// lab_truth: computes the open ports of a simulated network, as the oracle of its tests.
//
//   lab_truth --key K --open PPM [--closed PPM] --ports 80,443,1000-1999 [--show open|closed]
//             [--transport tcp|udp|sctp|icmp|ip] [--banners 1] [--compare FILE]
//             10.0.0.0/12 fd09::/112 ...
//
// Prints a line "ADDRESS PORT" for each, ordered by address, then by port. With --banners only
// ports of a network that speaks whose service has a text, with it: "ADDRESS PORT PROTOCOL TEXT",
// escaped as in a list. With --compare what a list file (-oL) lacks or has too much or wrongly.
#include "sim/truth.h"

#include <fmt/core.h>

#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "lab/comparison.h"
#include "net/port.h"
#include "net/prefix.h"

namespace masscan {
namespace {

struct Request {
  truth network = {.key = 1, .open_ppm = 50'000, .closed_ppm = 0};
  truth_answer show = TRUTH_OPEN;
  // A ping is port 0 of ICMP, an IP protocol is a port of IP.
  net::Transport transport = net::Transport::kTcp;
  bool shows_banners = false;
  std::string compared;  // the name of a list file; empty: none
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
  else if (name == "--banners")
    request.shows_banners = value != "0";
  else if (name == "--compare")
    request.compared = value;
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

// Calls `take` with each address and port that is to be shown.
template <typename Take>
void for_each(const Request& request, const Take& take) {
  const auto visit = [&](const net::IpAddress& address) {
    for (const net::PortRange& ports : request.ports) {
      for (std::uint32_t port = ports.first; port <= ports.last; ++port) {
        const std::uint32_t number = static_cast<std::uint32_t>(request.transport) << 16 | port;
        if (truth_of(&request.network, address.high(), address.low(), number) == request.show)
          take(address, static_cast<std::uint16_t>(port));
      }
    }
  };
  for (const net::AddressRange& range : request.ranges) {
    net::IpAddress address = range.first;
    for (; address != range.last; address = after(address)) visit(address);
    visit(address);
  }
}

void print(const Request& request) {
  for_each(request, [&](const net::IpAddress& address, std::uint16_t port) {
    const std::string name = net::to_string(address);
    if (!request.shows_banners) return fmt::print("{} {}\n", name, port);
    if (const auto spoken = spoken_at(request.network, address, port))
      fmt::print("{} {} {} {}\n", name, port, spoken->protocol, spoken->text);
  });
}

Result<> compare(const Request& request) {
  std::ifstream file(request.compared);
  if (!file) return run_error("{}: cannot be read", request.compared);
  Comparison comparison;
  for (std::string line; std::getline(file, line);) comparison.read_line(line);
  for_each(request, [&](const net::IpAddress& address, std::uint16_t port) {
    comparison.expect(request.network, address, port);
  });
  fmt::print("{}", comparison.summary());
  return {};
}

Result<> serve(std::span<const std::string_view> words) {
  const Request request = TRY(read_request(words));
  if (!request.compared.empty()) return compare(request);
  print(request);
  return {};
}

}  // namespace
}  // namespace masscan

int main(int count, char** arguments) {
  const std::vector<std::string_view> words(arguments + 1, arguments + count);
  const masscan::Result<> result = masscan::serve(words);
  if (result) return 0;
  masscan::write_stderr(fmt::format("lab_truth: {}\n", result.error().message));
  return 2;
}
