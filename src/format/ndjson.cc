// The NDJSON format, -oD: a JSON object per line, complete by itself. See docs/formats/ndjson.md.
#include "format/append.h"
#include "format/fields.h"
#include "format/formats.h"
#include "record/escape.h"

namespace masscan::format {
namespace {

// Appends a banner up to the closing quote of its text.
void append_open_banner(std::string& out, const record::Banner& banner) {
  append(out, R"({"ip":")", banner.address, R"(","timestamp":")", banner.time, R"(","port":)",
         banner.port.number, R"(,"proto":")", banner.port.transport,
         R"(","rec_type":"banner","data":{"service_name":")");
  record::append_name(out, banner.application);
  out += "\",\"banner\":\"";
  record::append_json_escaped(out, banner.text);
}

// Appends what is behind the text of a banner.
void append_closing(std::string& out, const record::Banner& banner) {
  if (!banner.software.empty()) {
    out += R"(","software":")";
    record::append_json_escaped(out, banner.software);
  }
  out += "\"}}\n";
}

void append_ndjson_record(std::string& out, const record::Record& record) {
  append(out, R"({"ip":")", record.address, R"(","timestamp":")", record.time, R"(","port":)",
         record.port.number, R"(,"proto":")", record.port.transport,
         R"(","rec_type":"status","data":{"status":")", record.state, R"(","reason":")",
         record::reason_text(record), R"(","ttl":)", record.ttl);
  append_extra(out, ",\"", "\":\"", record, "\"");
  out += "}}\n";
}

void append_ndjson_banner(std::string& out, const record::Banner& banner) {
  append_open_banner(out, banner);
  append_closing(out, banner);
}

void append_ndjson_base64_banner(std::string& out, const record::Banner& banner) {
  append_open_banner(out, banner);
  out += "\",\"base64\":\"";
  record::append_base64(out, banner.text);
  append_closing(out, banner);
}

// The base64 is that of the same bytes.
bool match_banner(std::string_view line, Fields& f) {
  constexpr std::string_view kBanner =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"banner","data":{"service_name":"*","banner":"*"}})";
  constexpr std::string_view kSoftware =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"banner","data":{"service_name":"*","banner":"*","software":"*"}})";
  constexpr std::string_view kBase64 =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"banner","data":{"service_name":"*","banner":"*","base64":"*"}})";
  constexpr std::string_view kBase64Software =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"banner",)"
      R"("data":{"service_name":"*","banner":"*","base64":"*","software":"*"}})";
  std::string_view base64;
  return match(line, kBase64Software,
               {&f.address, &f.time, &f.port, &f.transport, &f.application, &f.text, &base64,
                &f.software}) ||
         match_json_software(line, kSoftware, f) ||
         match(line, kBase64,
               {&f.address, &f.time, &f.port, &f.transport, &f.application, &f.text, &base64}) ||
         match_json_banner(line, kBanner, f);
}

FileItem parse_ndjson_line(std::string_view line, std::string& bytes) {
  constexpr std::string_view kStatus =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"status","data":{"status":"*","reason":"*","ttl":*}})";
  constexpr std::string_view kExtra =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"status","data":{"status":"*","reason":"*","ttl":*,"*":"*"}})";
  if (line.empty()) return NotAResult{};
  Fields f;
  if (match_json_extra(line, kExtra, f) || match_json_record(line, kStatus, f)) {
    return to_record(f);
  }
  if (!match_banner(line, f)) return kNoSuchLine;
  return to_banner(f, record::unescape_json, bytes);
}

}  // namespace

constinit const Format kNdjsonFormat = {.name = "ndjson",
                                        .letter = 'D',
                                        .opening = "{\"ip\":\"",
                                        .record = append_ndjson_record,
                                        .banner = append_ndjson_banner,
                                        .item_length = line_length,
                                        .parse = parse_ndjson_line};

constinit const Format kNdjsonBase64Format = {.name = "ndjson-base64",
                                              .opening = "{\"ip\":\"",
                                              .record = append_ndjson_record,
                                              .banner = append_ndjson_base64_banner,
                                              .item_length = line_length,
                                              .parse = parse_ndjson_line};

}  // namespace masscan::format
