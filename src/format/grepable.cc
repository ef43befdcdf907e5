// The grepable format of nmap as masscan writes it, -oG. See docs/formats/grepable.md.
#include <fmt/chrono.h>

#include <span>

#include "format/append.h"
#include "format/fields.h"
#include "format/formats.h"
#include "record/escape.h"
#include "record/service_names.h"

namespace masscan::format {
namespace {

// Writes "Sat Feb  3 04:05:06 2024", UTC.
std::string date(WallTime time) {
  return fmt::format("{:%a %b %e %H:%M:%S %Y}", fmt::gmtime(record::unix_seconds(time)));
}

// Writes "TCP(4;80-80,85-87)": the number of ports, and the ports.
std::string listed(std::string_view title, net::Transport transport,
                   std::span<const net::TransportPorts> runs) {
  std::uint64_t count = 0;
  std::string list;
  for (const net::TransportPorts& run : runs) {
    if (run.transport != transport) continue;
    count += run.ports.count();
    if (!list.empty()) list += ',';
    list += fmt::format("{}-{}", run.ports.first, run.ports.last);
  }
  return fmt::format("{}({};{})", title, count, list);
}

void append_grepable_header(std::string& out, const DocumentInfo& info) {
  out += fmt::format("# Masscan {} scan initiated {}\n", info.version, date(info.began));
  out +=
      fmt::format("# Ports scanned: {} {} {} {}\n", listed("TCP", net::Transport::kTcp, info.ports),
                  listed("UDP", net::Transport::kUdp, info.ports),
                  listed("SCTP", net::Transport::kSctp, info.ports),
                  listed("PROTOCOLS", net::Transport::kIp, info.ports));
}

void append_grepable_record(std::string& out, const record::Record& record) {
  append(out, "Timestamp: ", record.time, "\tHost: ", record.address,
         " ()\tPorts: ", record.port.number, '/', record.state, '/', record.port.transport, "//",
         record::service_name(record.port, record.ip_protocol), "//\n");
}

void append_grepable_banner(std::string& out, const record::Banner& banner) {
  append(out, "Host: ", banner.address, " ()\tPort: ", banner.port.number, "\tService: ");
  record::append_name(out, banner.application);
  out += "\tBanner: ";
  record::append_text_escaped(out, banner.text);
  out += '\n';
}

void append_grepable_trailer(std::string& out, const Ending& ending) {
  out += fmt::format("# Masscan done at {}\n", date(ending.time));
}

FileItem parse_grepable_line(std::string_view line, std::string& bytes) {
  if (line.empty() || line.starts_with('#')) return NotAResult{};
  Fields f;
  if (match(line, "Host: * ()\tPort: *\tService: *\tBanner: *",
            {&f.address, &f.port, &f.application, &f.text})) {
    f.time = "0";
    f.transport = "tcp";
    return to_banner(f, record::unescape_text, bytes);
  }
  std::string_view service;
  if (!match(line, "Timestamp: *\tHost: * ()\tPorts: */*/*//*//",
             {&f.time, &f.address, &f.port, &f.state, &f.transport, &service})) {
    return kNoSuchLine;
  }
  return to_record(f);
}

}  // namespace

constinit const Format kGrepableFormat = {.name = "grepable",
                                          .other_name = "greppable",
                                          .letter = 'G',
                                          .opening = "# Masscan ",
                                          .header = append_grepable_header,
                                          .record = append_grepable_record,
                                          .banner = append_grepable_banner,
                                          .trailer = append_grepable_trailer,
                                          .item_length = line_length,
                                          .parse = parse_grepable_line};

}  // namespace masscan::format
