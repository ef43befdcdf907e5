// The format of unicornscan as masscan writes it, -oU: columns for people. See
// docs/formats/unicornscan.md.
#include <fmt/compile.h>

#include <iterator>

#include "format/formats.h"
#include "record/service_names.h"

namespace masscan::format {
namespace {

void append_unicornscan_header(std::string& out, const DocumentInfo& /*info*/) {
  out += "#masscan\n";
}

void append_unicornscan_record(std::string& out, const record::Record& record) {
  const std::string address = net::to_string(record.address);
  if (record.port.transport == net::Transport::kTcp) {
    fmt::format_to(
        std::back_inserter(out), FMT_COMPILE("TCP {}\t{:>16}[{:>5}]\t\tfrom {}  ttl {:<3}\n"),
        record::name(record.state), record::service_name(record.port, record.ip_protocol),
        record.port.number, address, record.ttl);
    return;
  }
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("Host: {} ()\tPorts: {}/{}/{}////\n"),
                 address, record.port.number, record::name(record.state),
                 record::protocol_name(record.port.transport));
}

void append_unicornscan_trailer(std::string& out, const Ending& /*ending*/) { out += "# end\n"; }

}  // namespace

constinit const Format kUnicornscanFormat = {.name = "unicornscan",
                                             .letter = 'U',
                                             .opening = "#masscan\n",
                                             .header = append_unicornscan_header,
                                             .record = append_unicornscan_record,
                                             .trailer = append_unicornscan_trailer};

}  // namespace masscan::format
