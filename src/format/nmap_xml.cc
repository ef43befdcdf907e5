// nmap's own XML, --xml nmap: valid against nmap's DTD, for what imports nmap's files. See
// docs/formats/nmap-xml.md.
//
// A result is a host element of its own, and the file a valid document all the time, until it is
// closed: then merge_nmap_hosts makes one element of each host.
#include <fmt/chrono.h>
#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "format/append.h"
#include "format/formats.h"
#include "format/nmap_merge.h"
#include "record/application.h"
#include "record/escape.h"
#include "record/service_names.h"

namespace masscan::format {
namespace {

constexpr std::string_view kDebugging = "<debugging level=\"0\"/>\n";

struct ScanType {
  net::Transport transport;
  std::string_view type;
};
constexpr std::array<ScanType, 4> kScanTypes = {{{net::Transport::kTcp, "syn"},
                                                 {net::Transport::kUdp, "udp"},
                                                 {net::Transport::kSctp, "sctpinit"},
                                                 {net::Transport::kIp, "ipproto"}}};

std::string date(WallTime time) {
  return fmt::format("{:%a %b %e %H:%M:%S %Y}", fmt::localtime(record::unix_seconds(time)));
}

void append_scan_info(std::string& out, const ScanType& scan, const DocumentInfo& info) {
  std::uint64_t count = 0;
  std::string services;
  for (const net::TransportPorts& run : info.ports) {
    if (run.transport != scan.transport) continue;
    count += run.ports.count();
    if (!services.empty()) services += ',';
    services += net::to_string(run.ports);
  }
  if (count == 0) return;
  out += fmt::format("<scaninfo type=\"{}\" protocol=\"{}\" numservices=\"{}\" services=\"{}\"/>\n",
                     scan.type, net::name(scan.transport), count, services);
}

// Returns nmap's name of the reason; the usual one of such a reply if the record has none.
std::string_view reason_of(const record::Record& record) {
  constexpr std::uint8_t kReset = 0x04;
  if (record.cause != record::Cause::kNone) return record::cause_text(record.cause);
  switch (record.port.transport) {
    case net::Transport::kTcp:
      if ((record.reason & kReset) != 0) return "reset";
      if (record.state == record::PortState::kOpen) return "syn-ack";
      break;
    case net::Transport::kUdp:
      if (record.state == record::PortState::kOpen) return "udp-response";
      break;
    case net::Transport::kSctp:
      if (record.state == record::PortState::kOpen) return "init-ack";
      if (record.state == record::PortState::kClosed) return "abort";
      break;
    case net::Transport::kIcmp:
      return "echo-reply";
    case net::Transport::kArp:
      return "arp-response";
    case net::Transport::kIp:
      return "proto-response";
  }
  return record.state == record::PortState::kClosed ? "port-unreach" : "dest-unreach";
}

// Applications that identify a service. nmap's element has no place for the others, such as titles
// and certificates.
constexpr std::array kServices = {
    record::Application::kSsh1,      record::Application::kSsh2,   record::Application::kHttp,
    record::Application::kFtp,       record::Application::kSnmp,   record::Application::kSsl,
    record::Application::kSmb,       record::Application::kSmtp,   record::Application::kPop3,
    record::Application::kImap4,     record::Application::kNtp,    record::Application::kMemcached,
    record::Application::kCoap,      record::Application::kTelnet, record::Application::kRdp,
    record::Application::kMinecraft, record::Application::kVnc,    record::Application::kVncOld,
    record::Application::kIsakmp};

// Those of ours all do, but for what tells about a machine or its keys.
bool is_service(record::Application application) {
  if (application >= record::Application::kFirstOwn) {
    return !record::banner_type(application).empty() && application != record::Application::kMac &&
           application != record::Application::kSshKeys;
  }
  return std::find(kServices.begin(), kServices.end(), application) != kServices.end();
}

bool has_ports(net::Transport transport) {
  return transport != net::Transport::kIcmp && transport != net::Transport::kArp;
}

void append_host(std::string& out, WallTime time, const net::IpAddress& address,
                 std::string_view reason, unsigned ttl) {
  fmt::format_to(std::back_inserter(out),
                 FMT_COMPILE("<host starttime=\"{0}\" endtime=\"{0}\"><status state=\"up\" "
                             "reason=\"{1}\" reason_ttl=\"{2}\"/><address addr=\"{3}\" "
                             "addrtype=\"{4}\"/>{5}"),
                 record::unix_seconds(time), reason, ttl, net::to_string(address),
                 address.is_v4() ? "ipv4" : "ipv6", kNoHostNames);
}

void append_service(std::string& out, net::Port port, std::uint8_t ip_protocol) {
  fmt::format_to(std::back_inserter(out),
                 FMT_COMPILE("<service name=\"{}\" method=\"table\" conf=\"3\"/>"),
                 record::service_name(port, ip_protocol));
}

void append_port(std::string& out, net::Port port, std::string_view state, std::string_view reason,
                 unsigned ttl) {
  fmt::format_to(std::back_inserter(out),
                 FMT_COMPILE("<ports><port protocol=\"{}\" portid=\"{}\"><state state=\"{}\" "
                             "reason=\"{}\" reason_ttl=\"{}\"/>"),
                 net::name(port.transport), port.number, state, reason, ttl);
}

constexpr Enclosure kNmapXmlEnclosure = {.header_end = kDebugging,
                                         .separator = "",
                                         .record_begin = "<host ",
                                         .record_end = "</host>\n",
                                         .trailer_begin = "<runstats>",
                                         .trailer_end = "</nmaprun>\n",
                                         .has_counts = false,
                                         .record_lines = 2};

void append_nmap_xml_header(std::string& out, const DocumentInfo& info) {
  out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n";
  out += fmt::format(
      "<nmaprun scanner=\"nmap\" args=\"masscan\" start=\"{}\" startstr=\"{}\" version=\"{}\" "
      "xmloutputversion=\"1.05\">\n",
      record::unix_seconds(info.began), date(info.began), info.version);
  for (const ScanType& scan : kScanTypes) append_scan_info(out, scan, info);
  out += "<verbose level=\"0\"/>\n";
  out += kDebugging;
}

void append_nmap_xml_record(std::string& out, const record::Record& record) {
  const std::string_view reason = reason_of(record);
  append_host(out, record.time, record.address, reason, record.ttl);
  if (has_ports(record.port.transport)) {
    append_port(out, record.port, record::name(record.state), reason, record.ttl);
    append_service(out, record.port, record.ip_protocol);
    append_extra(out, "<script id=\"", "\" output=\"", record, "\"/>");
    out += "</port></ports>";
  }
  out += "</host>\n";
}

void append_nmap_xml_banner(std::string& out, const record::Banner& banner) {
  append_host(out, banner.time, banner.address, kBannerReason, banner.ttl);
  if (has_ports(banner.port.transport)) {
    append_port(out, banner.port, "open", kBannerReason, banner.ttl);
    if (is_service(banner.application)) {
      out += "<service name=\"";
      record::append_name(out, banner.application);
      if (!banner.software.empty()) {
        out += "\" product=\"";
        record::append_text_escaped(out, banner.software);
      }
      out += "\" method=\"probed\" conf=\"10\"/>";
    } else {
      append_service(out, banner.port, record::kUnknownProtocol);
    }
    out += "<script id=\"banner\" output=\"";
    record::append_text_escaped(out, banner.text);
    out += "\"/></port></ports>";
  }
  out += "</host>\n";
}

void append_nmap_xml_trailer(std::string& out, const Ending& ending) {
  out += fmt::format(
      "<runstats><finished time=\"{}\" timestr=\"{}\" elapsed=\"{}\" exit=\"success\"/>"
      "<hosts up=\"{}\" down=\"0\" total=\"{}\"/></runstats>\n</nmaprun>\n",
      record::unix_seconds(ending.time), date(ending.time),
      ending.elapsed / std::chrono::seconds(1), ending.results, ending.results);
}

}  // namespace

constinit const Format kNmapXmlFormat = {
    .name = "nmap-xml",
    .opening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n",
    .header = append_nmap_xml_header,
    .record = append_nmap_xml_record,
    .banner = append_nmap_xml_banner,
    .trailer = append_nmap_xml_trailer,
    .enclosure = &kNmapXmlEnclosure,
    .finish = merge_nmap_hosts};

}  // namespace masscan::format
