#include "host/ports.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"
#include "base/uint128.h"

namespace masscan::host {
namespace {

constexpr std::uint32_t kFirstUnprivileged = 1024;
constexpr std::uint32_t kEndOfPorts = 65536;
constexpr int kAttempts = 100;

constexpr const char* kEphemeralFile = "/proc/sys/net/ipv4/ip_local_port_range";
constexpr std::array kSocketFiles = {"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp",
                                     "/proc/net/udp6"};

// Returns a random aligned range within [begin, end), or nullopt if there is none.
std::optional<net::PortRange> random_range(std::uint32_t begin, std::uint32_t end,
                                           std::uint32_t count, Random& random) {
  const std::uint32_t first_slot = (begin + count - 1) / count;
  const std::uint32_t end_slot = end / count;
  if (first_slot >= end_slot) return std::nullopt;
  const std::uint64_t first =
      (first_slot + random.below(end_slot - first_slot)) * std::uint64_t{count};
  return net::PortRange{static_cast<std::uint16_t>(first),
                        static_cast<std::uint16_t>(first + count - 1)};
}

bool is_free(net::PortRange range, const std::vector<LocalSocket>& sockets) {
  return std::ranges::none_of(
      sockets, [&](const LocalSocket& socket) { return range.contains(socket.port); });
}

// Returns the text before the first separator and removes both from `text`.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

// Parses words of 32 bits in network order, each printed as a number in host order.
std::optional<net::IpAddress> parse_hex_address(std::string_view digits) {
  constexpr std::size_t kDigits = 8;
  constexpr Uint128 kMapped = 0xffff;  // above the 32 bits of IPv4 (RFC 4291, 2.5.5.2)
  const std::size_t words = digits.size() / kDigits;
  if ((words != 1 && words != 4) || digits.size() % kDigits != 0) return std::nullopt;
  Uint128 number = 0;
  for (; !digits.empty(); digits.remove_prefix(kDigits)) {
    const auto word = parse_number<std::uint32_t>(digits.substr(0, kDigits), 16);
    if (!word) return std::nullopt;
    number = number << 32 | byte_swap(*word);
  }
  const bool is_v4 = words == 1 || number >> 32 == kMapped;
  if (is_v4) return net::Ipv4Address(static_cast<std::uint32_t>(number));
  return net::Ipv6Address(number);
}

// A UDP socket that is not connected has the state 07, which no listed TCP socket has.
LocalSocket::State parse_state(std::string_view digits) {
  if (digits == "0A" || digits == "07") return LocalSocket::State::kListening;
  return digits == "06" ? LocalSocket::State::kClosed : LocalSocket::State::kConnected;
}

// Parses "  0: 0100007F:1F90 00000000:0000 0A ...": row, local address and port in hexadecimal,
// remote address and port, state.
// state.
std::optional<LocalSocket> parse_socket(std::string_view line) {
  take(line, ':');
  line = trim(line);
  std::string_view local = take(line, ' ');
  const auto address = parse_hex_address(take(local, ':'));
  const auto port = parse_number<std::uint16_t>(local, 16);
  if (!address || !port || local.size() != 4) return std::nullopt;
  take(line, ' ');
  return LocalSocket{.address = *address, .port = *port, .state = parse_state(take(line, ' '))};
}

}  // namespace

Result<net::PortRange> ephemeral_ports() {
  const std::string text = TRY(read_file(kEphemeralFile));
  const std::optional<net::PortRange> range = parse_port_range(text);
  if (!range) return run_error("{}: '{}' is not two ports", kEphemeralFile, trim(text));
  return *range;
}

// Only the first file must exist: a kernel without IPv6 or UDP has no others and no such sockets.
Result<std::vector<LocalSocket>> local_sockets() {
  std::vector<LocalSocket> sockets;
  parse_sockets(TRY(read_file(kSocketFiles.front())), sockets);
  for (const char* const path : std::span(kSocketFiles).subspan(1)) {
    if (const Result<std::string> table = read_file(path)) parse_sockets(*table, sockets);
  }
  return sockets;
}

net::PortRange default_source_ports(net::PortRange ephemeral, std::uint32_t count, Random& random) {
  if (const auto above = random_range(ephemeral.last + 1u, kEndOfPorts, count, random))
    return *above;
  if (const auto below = random_range(kFirstUnprivileged, ephemeral.first, count, random))
    return *below;
  return *random_range(kFirstUnprivileged, kEndOfPorts, count, random);
}

Result<net::PortRange> choose_source_ports(std::uint32_t count, Random& random) {
  const net::PortRange ephemeral = TRY(ephemeral_ports());
  const std::vector<LocalSocket> used = TRY(local_sockets());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const net::PortRange range = default_source_ports(ephemeral, count, random);
    if (is_free(range, used)) return range;
  }
  return run_error("found no {} free source ports outside {}; choose with --source-port", count,
                   to_string(ephemeral));
}

std::optional<net::PortRange> parse_port_range(std::string_view text) {
  text = trim(text);
  const std::size_t gap = std::min(text.find_first_of(" \t"), text.size());
  const auto first = parse_number<std::uint16_t>(text.substr(0, gap));
  const auto last = parse_number<std::uint16_t>(trim(text.substr(gap)));
  if (!first || !last || *first > *last) return std::nullopt;
  return net::PortRange{*first, *last};
}

void parse_sockets(std::string_view table, std::vector<LocalSocket>& sockets) {
  take(table, '\n');  // the column headings
  while (!table.empty()) {
    if (const auto socket = parse_socket(take(table, '\n'))) sockets.push_back(*socket);
  }
}

}  // namespace masscan::host
