#include "report/xml.h"

#include <fmt/chrono.h>
#include <fmt/compile.h>

#include <iterator>

#include "report/escape.h"
#include "report/fields.h"

namespace masscan::report {
namespace {

constexpr std::string_view kScanInfo = "<scaninfo type=\"syn\" protocol=\"tcp\" />\r\n";

// For an attribute in double quotes. '>' as well: "?>" ends a processing instruction.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

}  // namespace

const Enclosure kXmlEnclosure = {.header_end = kScanInfo,
                                 .separator = "",
                                 .record_begin = "<host ",
                                 .record_end = "</host>\r\n",
                                 .trailer_begin = "<runstats>\r\n",
                                 .trailer_end = "</nmaprun>\r\n",
                                 .has_counts = true};

void append_xml_header(std::string& out, const DocumentInfo& info) {
  out += "<?xml version=\"1.0\"?>\r\n<!-- masscan v1.0 scan -->\r\n";
  if (!info.stylesheet.empty()) {
    out += fmt::format("<?xml-stylesheet href=\"{}\" type=\"text/xsl\"?>\r\n",
                       escaped(info.stylesheet));
  }
  out += fmt::format(
      "<nmaprun scanner=\"masscan\" start=\"{}\" version=\"1.0-BETA\"  "
      "xmloutputversion=\"1.03\">\r\n",
      unix_seconds(info.opened()));
  out += kScanInfo;
}

void append_xml_record(std::string& out, const Record& record) {
  fmt::format_to(
      std::back_inserter(out),
      FMT_COMPILE("<host endtime=\"{}\"><address addr=\"{}\" addrtype=\"{}\"/><ports>"
                  "<port protocol=\"{}\" portid=\"{}\"><state state=\"{}\" reason=\"{}\" "
                  "reason_ttl=\"{}\"/></port></ports></host>\r\n"),
      unix_seconds(record.time), net::to_string(record.address),
      record.address.is_v4() ? "ipv4" : "ipv6", protocol_name(record.port.transport),
      record.port.number, name(record.state), reason_text(record.reason), record.ttl);
}

void append_xml_banner(std::string& out, const Banner& banner) {
  fmt::format_to(
      std::back_inserter(out),
      FMT_COMPILE("<host endtime=\"{}\"><address addr=\"{}\" addrtype=\"{}\"/><ports>"
                  "<port protocol=\"{}\" portid=\"{}\"><state state=\"open\" reason=\"response\" "
                  "reason_ttl=\"{}\" /><service name=\""),
      unix_seconds(banner.time), net::to_string(banner.address),
      banner.address.is_v4() ? "ipv4" : "ipv6", protocol_name(banner.port.transport),
      banner.port.number, banner.ttl);
  append_name(out, banner.application);
  out += "\" banner=\"";
  append_text_escaped(out, banner.text);
  out += "\"></service></port></ports></host>\r\n";
}

void append_xml_trailer(std::string& out, const Ending& ending) {
  const std::int64_t time = unix_seconds(ending.time);
  out += fmt::format(
      "<runstats>\r\n"
      "<finished time=\"{}\" timestr=\"{:%Y-%m-%d %H:%M:%S}\" elapsed=\"{}\" />\r\n"
      "<hosts up=\"{}\" down=\"{}\" total=\"{}\" />\r\n"
      "</runstats>\r\n"
      "</nmaprun>\r\n",
      time, fmt::localtime(time), ending.elapsed / std::chrono::seconds(1), ending.tcp_open,
      ending.tcp_closed, ending.tcp_open + ending.tcp_closed);
}

Parsed parse_xml_line(std::string_view line, std::string& bytes) {
  constexpr std::string_view kStatus =
      R"(<host endtime="*"><address addr="*" addrtype="*"/><ports><port protocol="*" portid="*">)"
      R"(<state state="*" reason="*" reason_ttl="*"/></port></ports></host>)";
  constexpr std::string_view kBanner =
      R"(<host endtime="*"><address addr="*" addrtype="*"/><ports><port protocol="*" portid="*">)"
      R"(<state state="*" reason="*" reason_ttl="*" /><service name="*" banner="*"></service>)"
      R"(</port></ports></host>)";
  if (!line.starts_with(kXmlEnclosure.record_begin)) {
    return line.empty() || line.starts_with('<') ? Parsed(Furniture{}) : kNoSuchLine;
  }
  Fields f;
  std::string_view family;  // masscan calls IPv6 "ipv4" too
  if (match(line, kStatus,
            {&f.time, &f.address, &family, &f.transport, &f.port, &f.state, &f.reason, &f.ttl})) {
    return to_record(f);
  }
  if (!match(line, kBanner,
             {&f.time, &f.address, &family, &f.transport, &f.port, &f.state, &f.reason, &f.ttl,
              &f.application, &f.text})) {
    return kNoSuchLine;
  }
  return to_banner(f, unescape_text, bytes);
}

}  // namespace masscan::report
