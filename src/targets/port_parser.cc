// Parser of port lists; port_set.h has the grammar.
#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/text.h"
#include "targets/port_set.h"

namespace masscan::targets {
namespace {

using net::Transport;

// A range of numbers before its limits are checked.
struct Numbers {
  std::uint32_t first;
  std::uint32_t last;
};

// Returns the transport of the letter before ':'. kIcmp stands for all of "I:".
std::optional<Transport> transport_of(char prefix) {
  switch (prefix) {
    case 'T':
    case 't':
      return Transport::kTcp;
    case 'U':
    case 'u':
      return Transport::kUdp;
    case 'S':
    case 's':
      return Transport::kSctp;
    case 'I':
    case 'i':
      return Transport::kIcmp;
    case 'O':
    case 'o':
      return Transport::kIp;
    default:
      return std::nullopt;
  }
}

std::uint32_t highest_number(Transport transport) {
  return transport == Transport::kIp ? 255 : 65535;
}

std::optional<std::uint32_t> parse_port_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    return parse_number<std::uint32_t>(text.substr(2), 16);
  }
  return parse_number<std::uint32_t>(text);
}

bool looks_like_numbers(std::string_view text) {
  return text.find_first_not_of("0123456789-") == std::string_view::npos ||
         text.starts_with("0x") || text.starts_with("0X");
}

// Parses "N", "N-N", "N-", "-N" or "-".
std::optional<Numbers> parse_numbers(std::string_view text, Transport transport) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const auto number = parse_port_number(text);
    if (!number) return std::nullopt;
    return Numbers{*number, *number};
  }
  const std::string_view before = text.substr(0, dash);
  const std::string_view after = text.substr(dash + 1);
  const auto first = before.empty() ? 1 : parse_port_number(before);
  const auto last = after.empty() ? highest_number(transport) : parse_port_number(after);
  if (!first || !last) return std::nullopt;
  return Numbers{*first, *last};
}

std::optional<std::uint16_t> port_of_service(const std::string& service, Transport transport) {
  std::array<char, 4096> memory;
  servent entry{};
  servent* found = nullptr;
  const std::string protocol(name(transport));
  getservbyname_r(service.c_str(), protocol.c_str(), &entry, memory.data(), memory.size(), &found);
  if (found == nullptr) return std::nullopt;
  return byte_swap(static_cast<std::uint16_t>(entry.s_port));  // in network order
}

// masscan numbers the ports of all transports in one sequence, and its old files contain these
// numbers.
struct Block {
  std::uint32_t begin;
  std::uint32_t least;  // the lowest plausible number; 65536 is a typing error for 65535
  std::string_view kind;
  std::string_view prefix;
};
constexpr std::uint32_t kBlock = 65536;
constexpr std::array<Block, 3> kBlocks = {{{kBlock, 1, "a UDP port", "U"},
                                           {2 * kBlock, 1, "an SCTP port", "S"},
                                           {3 * kBlock, 0, "ICMP or ARP", "I"}}};

// Returns a clause for the end of a message: what a number beyond the highest one probably means.
std::string advice_of_block(const Numbers& numbers) {
  for (const auto& [begin, least, kind, prefix] : kBlocks) {
    if (numbers.first < begin + least || numbers.last >= begin + kBlock) continue;
    std::string text = fmt::format("; if it is masscan's number for {}, write {}:{}", kind, prefix,
                                   numbers.first - begin);
    if (numbers.last > numbers.first) text += fmt::format("-{}", numbers.last - begin);
    return text;
  }
  return {};
}

class PortParser {
 public:
  PortParser(std::string_view place, Transport transport) : place_(place), transport_(transport) {}

  Result<void> parse_list(std::string_view list) {
    if (trim(list).empty()) return usage_error("{}: no port given; write e.g. 80,443", place_);
    for (std::size_t start = 0; start <= list.size();) {
      const std::size_t end = std::min(list.find(',', start), list.size());
      TRY(parse_part(trim(list.substr(start, end - start))));
      start = end + 1;
    }
    return {};
  }

  const std::vector<TransportPorts>& runs() const { return runs_; }

 private:
  Result<void> parse_part(std::string_view part) {
    if (part.size() >= 2 && part[1] == ':') {
      const auto transport = transport_of(part[0]);
      if (!transport) {
        return bad(part,
                   "has an unknown prefix; there are T: (TCP), U: (UDP), S: (SCTP), I: (ICMP) "
                   "and O: (IP protocol)");
      }
      transport_ = *transport;
      part.remove_prefix(2);
    }
    if (part.empty()) return usage_error("{}: a port is missing beside a ',' or ':'", place_);
    return looks_like_numbers(part) ? add_numbers(part) : add_service(part);
  }

  Result<void> add_numbers(std::string_view part) {
    const auto numbers = parse_numbers(part, transport_);
    if (!numbers) return bad(part, "is not a port or range of ports; write 80 or 8000-8100");
    if (numbers->last < numbers->first) return bad(part, "ends before it starts");
    if (transport_ == Transport::kIcmp) return add_icmp(part, *numbers);
    if (numbers->last > highest_number(transport_)) {
      return usage_error("{}: '{}' goes beyond {}, the highest number there is{}", place_, part,
                         highest_number(transport_),
                         transport_ == Transport::kTcp ? advice_of_block(*numbers) : "");
    }
    add_run(transport_, numbers->first, numbers->last);
    return {};
  }

  // "I:" has ICMP's 0, 1 and 3, masscan's numbers of ARP (2) and of IP protocols (from 256).
  Result<void> add_icmp(std::string_view part, const Numbers& numbers) {
    const bool is_protocols = numbers.first >= 256 && numbers.last <= 511;
    if (!is_protocols && numbers.last > 3) {
      return bad(part,
                 "is not known after I:; there are 0 (echo), 1 (timestamp), 2 (ARP) and 3 (address "
                 "mask)");
    }
    if (is_protocols) {
      add_run(Transport::kIp, numbers.first - 256, numbers.last - 256);
      return {};
    }
    for (std::uint32_t number = numbers.first; number <= numbers.last; ++number) {
      if (number == 2) {
        add_run(Transport::kArp, 0, 0);
      } else {
        add_run(Transport::kIcmp, number, number);
      }
    }
    return {};
  }

  Result<void> add_service(std::string_view part) {
    const auto port = port_of_service(to_lower(part), transport_);
    if (!port) {
      return usage_error(
          "{}: '{}' is neither a port number nor a known {} service; separate ports "
          "by ',' only",
          place_, part, name(transport_));
    }
    add_run(transport_, *port, *port);
    return {};
  }

  void add_run(Transport transport, std::uint32_t first, std::uint32_t last) {
    runs_.push_back(
        {transport, {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)}});
  }

  Error bad(std::string_view part, std::string_view why) const {
    return usage_error("{}: '{}' {}", place_, part, why);
  }

  std::string_view place_;
  Transport transport_;
  std::vector<TransportPorts> runs_;
};

}  // namespace

Result<void> parse_ports(std::string_view text, std::string_view place, Transport default_transport,
                         PortSet& into) {
  PortParser parser(place, default_transport);
  TRY(parser.parse_list(text));
  into.add(parser.runs());
  return {};
}

}  // namespace masscan::targets
