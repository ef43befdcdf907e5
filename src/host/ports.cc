#include "host/ports.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"

namespace masscan::host {
namespace {

constexpr std::uint32_t kPortCount = 16;
constexpr std::uint32_t kFirstUnprivileged = 1024;
constexpr std::uint32_t kEndOfPorts = 65536;
constexpr int kAttempts = 100;

constexpr const char* kEphemeralFile = "/proc/sys/net/ipv4/ip_local_port_range";
constexpr const char* kSocketFileV4 = "/proc/net/tcp";
constexpr const char* kSocketFileV6 = "/proc/net/tcp6";

// One of the aligned ranges within [begin, end), if there is one.
std::optional<net::PortRange> random_range(std::uint32_t begin, std::uint32_t end, Random& random) {
  const std::uint32_t first_slot = (begin + kPortCount - 1) / kPortCount;
  const std::uint32_t end_slot = end / kPortCount;
  if (first_slot >= end_slot) return std::nullopt;
  const std::uint64_t first =
      (first_slot + random.below(end_slot - first_slot)) * std::uint64_t{kPortCount};
  return net::PortRange{static_cast<std::uint16_t>(first),
                        static_cast<std::uint16_t>(first + kPortCount - 1)};
}

bool is_free(net::PortRange range, const std::vector<std::uint16_t>& sorted_ports) {
  const auto next = std::ranges::lower_bound(sorted_ports, range.first);
  return next == sorted_ports.end() || *next > range.last;
}

// The text before the first separator; `text` keeps what follows it.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

// "  0: 0100007F:1F90 00000000:0000 0A ...": row, local address and port in hexadecimal, remote.
std::optional<std::uint16_t> local_port(std::string_view line) {
  take(line, ':');
  line = trim(line);
  std::string_view local = take(line, ' ');
  take(local, ':');
  return local.size() == 4 ? parse_number<std::uint16_t>(local, 16) : std::nullopt;
}

}  // namespace

Result<net::PortRange> ephemeral_ports() {
  const std::string text = TRY(read_file(kEphemeralFile));
  const std::optional<net::PortRange> range = parse_port_range(text);
  if (!range) return run_error("{}: '{}' is not two ports", kEphemeralFile, trim(text));
  return *range;
}

Result<std::vector<std::uint16_t>> used_tcp_ports() {
  std::vector<std::uint16_t> ports;
  parse_tcp_sockets(TRY(read_file(kSocketFileV4)), ports);
  // A kernel without IPv6 has no such file, and no such sockets.
  if (const Result<std::string> v6 = read_file(kSocketFileV6)) parse_tcp_sockets(*v6, ports);
  std::ranges::sort(ports);
  const auto duplicates = std::ranges::unique(ports);
  ports.erase(duplicates.begin(), duplicates.end());
  return ports;
}

net::PortRange default_source_ports(net::PortRange ephemeral, Random& random) {
  if (const auto above = random_range(ephemeral.last + 1u, kEndOfPorts, random)) return *above;
  if (const auto below = random_range(kFirstUnprivileged, ephemeral.first, random)) return *below;
  return *random_range(kFirstUnprivileged, kEndOfPorts, random);
}

Result<net::PortRange> choose_source_ports(Random& random) {
  const net::PortRange ephemeral = TRY(ephemeral_ports());
  const std::vector<std::uint16_t> used = TRY(used_tcp_ports());
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const net::PortRange range = default_source_ports(ephemeral, random);
    if (is_free(range, used)) return range;
  }
  return run_error("found no {} free source ports outside {}; choose with --source-port",
                   kPortCount, to_string(ephemeral));
}

std::optional<net::PortRange> parse_port_range(std::string_view text) {
  text = trim(text);
  const std::size_t gap = std::min(text.find_first_of(" \t"), text.size());
  const auto first = parse_number<std::uint16_t>(text.substr(0, gap));
  const auto last = parse_number<std::uint16_t>(trim(text.substr(gap)));
  if (!first || !last || *first > *last) return std::nullopt;
  return net::PortRange{*first, *last};
}

void parse_tcp_sockets(std::string_view table, std::vector<std::uint16_t>& ports) {
  take(table, '\n');  // the headings
  while (!table.empty()) {
    if (const auto port = local_port(take(table, '\n'))) ports.push_back(*port);
  }
}

}  // namespace masscan::host
