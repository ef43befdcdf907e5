#include "report/ndjson.h"

#include "report/append.h"
#include "report/escape.h"
#include "report/fields.h"

namespace masscan::report {
namespace {

// As far as the quotes that end the banner.
void append_open_banner(std::string& out, const Banner& banner) {
  append(out, R"({"ip":")", banner.address, R"(","timestamp":")", banner.time, R"(","port":)",
         banner.port.number, R"(,"proto":")", banner.port.transport,
         R"(","rec_type":"banner","data":{"service_name":")");
  append_name(out, banner.application);
  out += "\",\"banner\":\"";
  append_json_escaped(out, banner.text);
}

}  // namespace

void append_ndjson_record(std::string& out, const Record& record) {
  append(out, R"({"ip":")", record.address, R"(","timestamp":")", record.time, R"(","port":)",
         record.port.number, R"(,"proto":")", record.port.transport,
         R"(","rec_type":"status","data":{"status":")", record.state, R"(","reason":")",
         reason_text(record.reason), R"(","ttl":)", record.ttl, "}}\n");
}

void append_ndjson_banner(std::string& out, const Banner& banner) {
  append_open_banner(out, banner);
  out += "\"}}\n";
}

void append_ndjson_base64_banner(std::string& out, const Banner& banner) {
  append_open_banner(out, banner);
  out += "\",\"base64\":\"";
  append_base64(out, banner.text);
  out += "\"}}\n";
}

Parsed parse_ndjson_line(std::string_view line, std::string& bytes) {
  constexpr std::string_view kStatus =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"status","data":{"status":"*","reason":"*","ttl":*}})";
  constexpr std::string_view kBanner =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"banner","data":{"service_name":"*","banner":"*"}})";
  constexpr std::string_view kBase64 =
      R"({"ip":"*","timestamp":"*","port":*,"proto":"*",)"
      R"("rec_type":"banner","data":{"service_name":"*","banner":"*","base64":"*"}})";
  if (line.empty()) return Furniture{};
  Fields f;
  if (match(line, kStatus,
            {&f.address, &f.time, &f.port, &f.transport, &f.state, &f.reason, &f.ttl})) {
    return to_record(f);
  }
  std::string_view base64;  // the same bytes again
  if (!match(line, kBase64,
             {&f.address, &f.time, &f.port, &f.transport, &f.application, &f.text, &base64}) &&
      !match(line, kBanner,
             {&f.address, &f.time, &f.port, &f.transport, &f.application, &f.text})) {
    return kNoSuchLine;
  }
  return to_banner(f, unescape_json, bytes);
}

}  // namespace masscan::report
