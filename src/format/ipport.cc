// ipport (-oP): an open port per line, as the next program takes it: "10.0.0.1:80". See
// docs/formats/ipport.md.
#include <array>

#include "format/append.h"
#include "format/fields.h"
#include "format/formats.h"
#include "net/endpoint.h"

namespace masscan::format {
namespace {

// The text before the number, as in port lists.
struct Prefix {
  net::Transport transport;
  std::string_view text;
};
constexpr std::array<Prefix, 3> kPrefixes = {
    {{net::Transport::kTcp, ":"}, {net::Transport::kUdp, ":U:"}, {net::Transport::kSctp, ":S:"}}};

// Returns null for a transport without ports.
const Prefix* find_prefix(net::Transport transport) {
  for (const Prefix& prefix : kPrefixes) {
    if (prefix.transport == transport) return &prefix;
  }
  return nullptr;
}

// Returns the prefix before the last number of a line.
const Prefix& prefix_of(std::string_view line) {
  const std::string_view before = line.substr(0, line.rfind(':') + 1);
  const Prefix* longest = &kPrefixes[0];
  for (const Prefix& prefix : kPrefixes) {
    // ":" matches first, then the longer ones
    if (before.ends_with(prefix.text)) longest = &prefix;
  }
  return *longest;
}

void append_ipport_record(std::string& out, const record::Record& record) {
  const Prefix* prefix = find_prefix(record.port.transport);
  if (prefix == nullptr || record.state != record::PortState::kOpen) return;
  if (record.address.is_v4()) {
    append(out, record.address, prefix->text, record.port.number, '\n');
  } else {
    append(out, '[', record.address, ']', prefix->text, record.port.number, '\n');
  }
}

FileItem parse_ipport_line(std::string_view line, std::string& /*bytes*/) {
  if (line.empty()) return NotAResult{};
  const Prefix& prefix = prefix_of(line);
  std::string plain(line);
  if (prefix.text != ":") plain.replace(plain.rfind(prefix.text), prefix.text.size(), ":");
  const auto endpoint = net::Endpoint::parse(plain);
  if (!endpoint) return kNoSuchLine;
  return record::Record{.time = {},
                        .address = endpoint->address,
                        .port = {prefix.transport, endpoint->port},
                        .state = record::PortState::kOpen};
}

}  // namespace

constinit const Format kIpPortFormat = {.name = "ipport",
                                        .other_name = "ip:port",
                                        .letter = 'P',
                                        .record = append_ipport_record,
                                        .item_length = line_length,
                                        .parse = parse_ipport_line,
                                        .keeps_time = false};

}  // namespace masscan::format
