#include "format/format.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "format/binary.h"
#include "format/certs.h"
#include "format/csv.h"
#include "format/grepable.h"
#include "format/hostonly.h"
#include "format/html.h"
#include "format/interactive.h"
#include "format/ipport.h"
#include "format/json.h"
#include "format/list.h"
#include "format/ndjson.h"
#include "format/nmap_xml.h"
#include "format/unicornscan.h"
#include "format/xml.h"

namespace masscan::format {
namespace {

constexpr std::array kFormats = {
    Format{.name = "interactive",
           .other_name = "",
           .letter = '\0',
           .opening = "",
           .header = nullptr,
           .record = append_interactive_record,
           .banner = append_interactive_banner,
           .trailer = nullptr,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = nullptr},
    Format{.name = "list",
           .other_name = "",
           .letter = 'L',
           .opening = "#masscan\n",
           .header = append_list_header,
           .record = append_list_record,
           .banner = append_list_banner,
           .trailer = append_list_trailer,
           .item_length = line_length,
           .parse = parse_list_line,
           .enclosure = nullptr},
    Format{.name = "xml",
           .other_name = "",
           .letter = 'X',
           .opening = "<?xml version=\"1.0\"?>\r\n<!-- masscan ",
           .header = append_xml_header,
           .record = append_xml_record,
           .banner = append_xml_banner,
           .trailer = append_xml_trailer,
           .item_length = line_length,
           .parse = parse_xml_line,
           .enclosure = &kXmlEnclosure},
    Format{.name = "grepable",
           .other_name = "greppable",
           .letter = 'G',
           .opening = "# Masscan ",
           .header = append_grepable_header,
           .record = append_grepable_record,
           .banner = append_grepable_banner,
           .trailer = append_grepable_trailer,
           .item_length = line_length,
           .parse = parse_grepable_line,
           .enclosure = nullptr},
    Format{.name = "json",
           .other_name = "",
           .letter = 'J',
           .opening = "[\n",
           .header = append_json_header,
           .record = append_json_record,
           .banner = append_json_banner,
           .trailer = append_json_trailer,
           .item_length = line_length,
           .parse = parse_json_line,
           .enclosure = &kJsonEnclosure},
    Format{.name = "ndjson",
           .other_name = "",
           .letter = 'D',
           .opening = "{\"ip\":\"",
           .header = nullptr,
           .record = append_ndjson_record,
           .banner = append_ndjson_banner,
           .trailer = nullptr,
           .item_length = line_length,
           .parse = parse_ndjson_line,
           .enclosure = nullptr},
    Format{.name = "binary",
           .other_name = "",
           .letter = 'B',
           .opening = "masscan/1.1",
           .header = append_binary_header,
           .record = append_binary_record,
           .banner = append_binary_banner,
           .trailer = append_binary_trailer,
           .item_length = binary_frame,
           .parse = parse_binary_record,
           .enclosure = nullptr,
           .parse_run = parse_binary_run,
           .append_run = append_binary_run},
    Format{.name = "ndjson-base64",
           .other_name = "",
           .letter = '\0',
           .opening = "{\"ip\":\"",
           .header = nullptr,
           .record = append_ndjson_record,
           .banner = append_ndjson_base64_banner,
           .trailer = nullptr,
           .item_length = line_length,
           .parse = parse_ndjson_line,
           .enclosure = nullptr},
    Format{.name = "csv",
           .other_name = "",
           .letter = 'C',
           .opening = "",
           .header = append_csv_header,
           .record = append_csv_record,
           .banner = append_csv_banner,
           .trailer = nullptr,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = nullptr,
           .row = append_csv_row},
    Format{.name = "nmap-xml",
           .other_name = "",
           .letter = '\0',
           .opening = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n",
           .header = append_nmap_xml_header,
           .record = append_nmap_xml_record,
           .banner = append_nmap_xml_banner,
           .trailer = append_nmap_xml_trailer,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = &kNmapXmlEnclosure,
           .finish = merge_nmap_hosts},
    Format{.name = "unicornscan",
           .other_name = "",
           .letter = 'U',
           .opening = "#masscan\n",
           .header = append_unicornscan_header,
           .record = append_unicornscan_record,
           .banner = nullptr,
           .trailer = append_unicornscan_trailer,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = nullptr},
    Format{.name = "hostonly",
           .other_name = "",
           .letter = 'H',
           .opening = "",
           .header = nullptr,
           .record = append_hostonly_record,
           .banner = append_hostonly_banner,
           .trailer = nullptr,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = nullptr},
    Format{.name = "ipport",
           .other_name = "ip:port",
           .letter = 'P',
           .opening = "",
           .header = nullptr,
           .record = append_ipport_record,
           .banner = nullptr,
           .trailer = nullptr,
           .item_length = line_length,
           .parse = parse_ipport_line,
           .enclosure = nullptr,
           .keeps_time = false},
    Format{.name = "certs",
           .other_name = "",
           .letter = '\0',
           .opening = "-----BEGIN CERTIFICATE-----\n",
           .header = nullptr,
           .record = append_nothing,
           .banner = append_certs_banner,
           .trailer = append_certs_trailer,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = nullptr},
    Format{.name = "html",
           .other_name = "",
           .letter = '\0',
           .opening = kHtmlOpening,
           .header = append_html_header,
           .record = append_html_record,
           .banner = append_html_banner,
           .trailer = append_html_trailer,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = &kHtmlEnclosure,
           .shows_excludes = true},
    Format{.name = kNoFormat,
           .other_name = "",
           .letter = '\0',
           .opening = "",
           .header = nullptr,
           .record = append_nothing,
           .banner = nullptr,
           .trailer = nullptr,
           .item_length = nullptr,
           .parse = nullptr,
           .enclosure = nullptr},
};

template <typename Predicate>
const Format* find(Predicate matches) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), matches);
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace

std::size_t line_length(std::string_view rest) {
  const std::size_t end = rest.find('\n');
  return end == std::string_view::npos ? 0 : end + 1;
}

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  if (name.empty()) return nullptr;
  return find([wanted = to_lower(name)](const Format& format) {
    return format.name == wanted || format.other_name == wanted;
  });
}

const Format* find_format(char letter) {
  if (letter == '\0') return nullptr;
  return find([letter](const Format& format) { return format.letter == letter; });
}

}  // namespace masscan::format
