// The JSON format, -oJ: one array with an object per record. See docs/formats/json.md.
#include "format/append.h"
#include "format/fields.h"
#include "format/formats.h"
#include "record/escape.h"

namespace masscan::format {
namespace {

constexpr Enclosure kJsonEnclosure = {.header_end = "[\n",
                                      .separator = ",\n",
                                      .record_begin = "{   \"ip\": \"",
                                      .record_end = "}\n",
                                      .trailer_begin = "]\n",
                                      .trailer_end = "]\n",
                                      .has_counts = false};

void append_json_header(std::string& out, const DocumentInfo& /*info*/) { out += "[\n"; }

void append_json_record(std::string& out, const record::Record& record) {
  append(out, R"({   "ip": ")", record.address, R"(",   "timestamp": ")", record.time,
         R"(", "ports": [ {"port": )", record.port.number, R"(, "proto": ")", record.port.transport,
         R"(", "status": ")", record.state, R"(", "reason": ")", record::reason_text(record),
         R"(", "ttl": )", record.ttl);
  append_extra(out, ", \"", "\": \"", record, "\"");
  out += "} ] }\n";
}

void append_json_banner(std::string& out, const record::Banner& banner) {
  append(out, R"({   "ip": ")", banner.address, R"(",   "timestamp": ")", banner.time,
         R"(", "ports": [ {"port": )", banner.port.number, R"(, "proto": ")", banner.port.transport,
         R"(", "service": {"name": ")");
  record::append_name(out, banner.application);
  out += R"(", "banner": ")";
  record::append_json_escaped(out, banner.text);
  if (!banner.software.empty()) {
    out += R"(", "software": ")";
    record::append_json_escaped(out, banner.software);
  }
  out += "\"} } ] }\n";
}

void append_json_trailer(std::string& out, const Ending& /*ending*/) { out += "]\n"; }

FileItem parse_json_line(std::string_view line, std::string& bytes) {
  constexpr std::string_view kStatus =
      R"({   "ip": "*",   "timestamp": "*", "ports": [ {"port": *, "proto": "*", )"
      R"("status": "*", "reason": "*", "ttl": *} ] })";
  constexpr std::string_view kExtra =
      R"({   "ip": "*",   "timestamp": "*", "ports": [ {"port": *, "proto": "*", )"
      R"("status": "*", "reason": "*", "ttl": *, "*": "*"} ] })";
  constexpr std::string_view kBanner =
      R"({   "ip": "*",   "timestamp": "*", "ports": [ {"port": *, "proto": "*", )"
      R"("service": {"name": "*", "banner": "*"} } ] })";
  constexpr std::string_view kSoftware =
      R"({   "ip": "*",   "timestamp": "*", "ports": [ {"port": *, "proto": "*", )"
      R"("service": {"name": "*", "banner": "*", "software": "*"} } ] })";
  if (line.empty() || line == "[" || line == "," || line == "]") return NotAResult{};
  Fields f;
  if (match_json_extra(line, kExtra, f) || match_json_record(line, kStatus, f)) {
    return to_record(f);
  }
  if (!match_json_software(line, kSoftware, f) && !match_json_banner(line, kBanner, f)) {
    return kNoSuchLine;
  }
  return to_banner(f, record::unescape_json, bytes);
}

}  // namespace

constinit const Format kJsonFormat = {.name = "json",
                                      .letter = 'J',
                                      .opening = "[\n",
                                      .header = append_json_header,
                                      .record = append_json_record,
                                      .banner = append_json_banner,
                                      .trailer = append_json_trailer,
                                      .item_length = line_length,
                                      .parse = parse_json_line,
                                      .enclosure = &kJsonEnclosure};

}  // namespace masscan::format
