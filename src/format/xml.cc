// The XML format of nmap as masscan writes it, -oX. See docs/formats/xml.md.
#include <fmt/chrono.h>

#include "format/append.h"
#include "format/fields.h"
#include "format/formats.h"
#include "record/escape.h"

namespace masscan::format {
namespace {

constexpr std::string_view kScanInfo = "<scaninfo type=\"syn\" protocol=\"tcp\" />\r\n";

// Escapes an attribute in double quotes. '>' is escaped too, as "?>" ends a processing instruction.
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

// Appends the element up to the port's state.
void append_xml_begin(std::string& out, WallTime time, const net::IpAddress& address,
                      net::Port port) {
  append(out, R"(<host endtime=")", time, R"("><address addr=")", address,
         std::string_view(address.is_v4() ? R"(" addrtype="ipv4"/><ports><port protocol=")"
                                          : R"(" addrtype="ipv6"/><ports><port protocol=")"),
         port.transport, R"(" portid=")", port.number, "\">");
}

constexpr Enclosure kXmlEnclosure = {.header_end = kScanInfo,
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
      record::unix_seconds(info.opened()));
  out += kScanInfo;
}

void append_xml_record(std::string& out, const record::Record& record) {
  append_xml_begin(out, record.time, record.address, record.port);
  append(out, R"(<state state=")", record.state, R"(" reason=")", record::reason_text(record),
         R"(" reason_ttl=")", record.ttl);
  append_extra(out, "\" ", "=\"", record, "");
  out += "\"/></port></ports></host>\r\n";
}

void append_xml_banner(std::string& out, const record::Banner& banner) {
  append_xml_begin(out, banner.time, banner.address, banner.port);
  append(out, R"(<state state="open" reason="response" reason_ttl=")", banner.ttl,
         R"(" /><service name=")");
  record::append_name(out, banner.application);
  out += "\" banner=\"";
  record::append_text_escaped(out, banner.text);
  if (!banner.software.empty()) {
    out += "\" product=\"";
    record::append_text_escaped(out, banner.software);
  }
  out += "\"></service></port></ports></host>\r\n";
}

void append_xml_trailer(std::string& out, const Ending& ending) {
  const std::int64_t time = record::unix_seconds(ending.time);
  out += fmt::format(
      "<runstats>\r\n"
      "<finished time=\"{}\" timestr=\"{:%Y-%m-%d %H:%M:%S}\" elapsed=\"{}\" />\r\n"
      "<hosts up=\"{}\" down=\"{}\" total=\"{}\" />\r\n"
      "</runstats>\r\n"
      "</nmaprun>\r\n",
      time, fmt::localtime(time), ending.elapsed / std::chrono::seconds(1), ending.tcp_open,
      ending.tcp_closed, ending.tcp_open + ending.tcp_closed);
}

FileItem parse_xml_line(std::string_view line, std::string& bytes) {
  constexpr std::string_view kStatus =
      R"(<host endtime="*"><address addr="*" addrtype="*"/><ports><port protocol="*" portid="*">)"
      R"(<state state="*" reason="*" reason_ttl="*"/></port></ports></host>)";
  constexpr std::string_view kExtra =
      R"(<host endtime="*"><address addr="*" addrtype="*"/><ports><port protocol="*" portid="*">)"
      R"(<state state="*" reason="*" reason_ttl="*" *="*"/></port></ports></host>)";
  constexpr std::string_view kBanner =
      R"(<host endtime="*"><address addr="*" addrtype="*"/><ports><port protocol="*" portid="*">)"
      R"(<state state="*" reason="*" reason_ttl="*" /><service name="*" banner="*"></service>)"
      R"(</port></ports></host>)";
  constexpr std::string_view kSoftware =
      R"(<host endtime="*"><address addr="*" addrtype="*"/><ports><port protocol="*" portid="*">)"
      R"(<state state="*" reason="*" reason_ttl="*" /><service name="*" banner="*" product="*">)"
      R"(</service></port></ports></host>)";
  if (!line.starts_with(kXmlEnclosure.record_begin)) {
    return line.empty() || line.starts_with('<') ? FileItem(NotAResult{}) : kNoSuchLine;
  }
  Fields f;
  std::string_view family;  // masscan writes "ipv4" for IPv6 too
  if (match(line, kExtra,
            {&f.time, &f.address, &family, &f.transport, &f.port, &f.state, &f.reason, &f.ttl,
             &f.extra_name, &f.extra}) ||
      match(line, kStatus,
            {&f.time, &f.address, &family, &f.transport, &f.port, &f.state, &f.reason, &f.ttl})) {
    return to_record(f);
  }
  if (!match(line, kSoftware,
             {&f.time, &f.address, &family, &f.transport, &f.port, &f.state, &f.reason, &f.ttl,
              &f.application, &f.text, &f.software}) &&
      !match(line, kBanner,
             {&f.time, &f.address, &family, &f.transport, &f.port, &f.state, &f.reason, &f.ttl,
              &f.application, &f.text})) {
    return kNoSuchLine;
  }
  return to_banner(f, record::unescape_text, bytes);
}

}  // namespace

constinit const Format kXmlFormat = {.name = "xml",
                                     .letter = 'X',
                                     .opening = "<?xml version=\"1.0\"?>\r\n<!-- masscan ",
                                     .header = append_xml_header,
                                     .record = append_xml_record,
                                     .banner = append_xml_banner,
                                     .trailer = append_xml_trailer,
                                     .item_length = line_length,
                                     .parse = parse_xml_line,
                                     .enclosure = &kXmlEnclosure};

}  // namespace masscan::format
