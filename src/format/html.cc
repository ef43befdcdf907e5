// A page to look at results with, in one file: format html, --report. See docs/formats/html.md.
//
// The header is the page, its style and scripts (src/format/page), embedded when the program is
// built; each result is a line of base64 behind it, which the page decodes. So nothing that a host
// has said can be markup, and memory does not grow with the number of results.
#include <fmt/format.h>

#include <array>
#include <concepts>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "format/formats.h"
#include "format/page/page_text.h"
#include "record/application.h"
#include "record/escape.h"
#include "record/service_names.h"

namespace masscan::format {
namespace {

constexpr std::uint8_t kIpv6Bit = 1 << 6;
constexpr std::uint8_t kBannerBit = 1 << 7;
constexpr int kTransportShift = 3;
// In place of TCP: behind the entry are three bytes, the first of them the suspicion.
constexpr std::uint8_t kSuspectTcp = 6 << kTransportShift;

// Marks the lines of entries; no line of the page begins with it.
constexpr std::string_view kEntryBegin = "=";
constexpr std::string_view kEntryEnd = "\n";

// In network order.
template <std::unsigned_integral T>
void append_number(std::string& out, T number) {
  std::array<std::byte, sizeof(T)> bytes;
  store_be(bytes, 0, number);
  out += as_text(bytes);
}

// Appends the common start of entries: 12 bytes, or 24 for IPv6.
template <typename Entry>
void append_beginning(std::string& out, const Entry& entry, std::uint8_t kind) {
  const bool is_ip = entry.port.transport == net::Transport::kIp;
  kind |= static_cast<std::uint8_t>(static_cast<int>(entry.port.transport) << kTransportShift);
  if (entry.address.is_v6()) kind |= kIpv6Bit;
  append_number(out, kind);
  append_number(out, entry.ttl);
  append_number(out, is_ip ? std::uint16_t{entry.ip_protocol} : entry.port.number);
  append_number(out, static_cast<std::uint32_t>(record::unix_seconds(entry.time)));
  if (entry.address.is_v6()) {
    append_number(out, entry.address.high());
    append_number(out, entry.address.low());
  } else {
    append_number(out, entry.address.v4().number());
  }
}

// Pads `bytes` to groups of three bytes, so that the base64 has no padding.
void append_groups(std::string& out, std::string bytes, char fill) {
  bytes.resize((bytes.size() + 2) / 3 * 3, fill);
  record::append_base64(out, bytes);
}

void append_line(std::string& out, std::string bytes) {
  out += kEntryBegin;
  append_groups(out, std::move(bytes), '\0');
  out += kEntryEnd;
}

// Writes {"80":"http",...}; numbers without a name are left out.
std::string services_json(net::Transport transport, unsigned count) {
  std::string json;
  for (unsigned number = 0; number < count; ++number) {
    const auto protocol = static_cast<std::uint8_t>(number);
    const std::string_view name =
        record::service_name({transport, static_cast<std::uint16_t>(number)}, protocol);
    if (name == record::kUnknownService) continue;
    json += fmt::format("{}\"{}\":\"", json.empty() ? '{' : ',', number);
    record::append_json_escaped(json, name);
    json += '"';
  }
  return json.empty() ? "{}" : json + '}';
}

// Writes {"0":"unknown",...}: masscan's applications, then ours.
std::string applications_json() {
  std::string json;
  const auto add = [&json](record::Application application) {
    json += fmt::format("{}\"{}\":\"", json.empty() ? '{' : ',', static_cast<int>(application));
    record::append_name(json, application);
    json += '"';
  };
  const auto next = [](record::Application application) {
    return static_cast<record::Application>(static_cast<int>(application) + 1);
  };
  for (auto one = record::Application::kUnknown; one <= record::Application::kError;
       one = next(one)) {
    add(one);
  }
  for (auto one = record::Application::kFirstOwn; !record::banner_type(one).empty();
       one = next(one)) {
    add(one);
  }
  return json + '}';
}

// Writes the first and last address of each IPv4 range.
std::string excludes_json(const DocumentInfo& info) {
  std::string json = "[";
  for (const net::AddressRange& range : info.excludes) {
    if (range.first.is_v6()) continue;
    json += fmt::format("{}{},{}", json.size() == 1 ? "" : ",", range.first.v4().number(),
                        range.last.v4().number());
  }
  return json + ']';
}

std::string info_json(const DocumentInfo& info) {
  constexpr unsigned kPorts = 65536;
  constexpr unsigned kProtocols = record::kUnknownProtocol;
  return fmt::format(
      R"({{"version":"{}","began":{},"written":{},"excludes":{},"applications":{},)"
      R"("services":{{"tcp":{},"udp":{},"ip":{}}}}})",
      info.version, record::unix_seconds(info.began), record::unix_seconds(info.opened()),
      excludes_json(info), applications_json(), services_json(net::Transport::kTcp, kPorts),
      services_json(net::Transport::kUdp, kPorts), services_json(net::Transport::kIp, kProtocols));
}

constexpr std::string_view kOpening = "<!doctype html>\n<!-- masscan report";
static_assert(kBefore.starts_with(kOpening));

constexpr Enclosure kHtmlEnclosure = {.header_end = kBetween,
                                      .separator = "",
                                      .record_begin = kEntryBegin,
                                      .record_end = kEntryEnd,
                                      .trailer_begin = kBehind,
                                      .trailer_end = kBehind,
                                      .has_counts = false};

void append_html_header(std::string& out, const DocumentInfo& info) {
  out += kBefore;
  append_groups(out, info_json(info), ' ');
  out += kBetween;
}

void append_html_record(std::string& out, const record::Record& record) {
  const bool is_suspect = record.suspect != record::Suspect::kNone;
  const auto kind = static_cast<std::uint8_t>(record.state);
  std::string bytes;
  append_beginning(bytes, record, is_suspect ? kind | kSuspectTcp : kind);
  if (is_suspect) append_number(bytes, static_cast<std::uint8_t>(record.suspect));
  append_line(out, std::move(bytes));
}

void append_html_banner(std::string& out, const record::Banner& banner) {
  static_assert(record::kMaxSoftwareBytes < 1 << 8 && record::kMaxBannerBytes < 1 << 24);
  const std::string_view text = banner.text.substr(0, record::kMaxBannerBytes);
  const std::string_view software = banner.software.substr(0, record::kMaxSoftwareBytes);
  std::string bytes;
  append_beginning(bytes, banner, kBannerBit);
  append_number(bytes, static_cast<std::uint16_t>(banner.application));
  append_number(bytes, static_cast<std::uint32_t>(software.size() << 24 | text.size()));
  bytes += text;
  bytes += software;
  append_line(out, std::move(bytes));
}

void append_html_trailer(std::string& out, const Ending& /*ending*/) { out += kBehind; }

}  // namespace

constinit const Format kHtmlFormat = {.name = "html",
                                      .opening = kOpening,
                                      .header = append_html_header,
                                      .record = append_html_record,
                                      .banner = append_html_banner,
                                      .trailer = append_html_trailer,
                                      .enclosure = &kHtmlEnclosure,
                                      .shows_excludes = true};

}  // namespace masscan::format
