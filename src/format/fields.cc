#include "format/fields.h"

#include <array>
#include <chrono>

#include "base/check.h"
#include "base/text.h"
#include "record/payload.h"

namespace masscan::format {
namespace {

constexpr std::size_t kMostFields = 12;  // of a pattern

std::optional<WallTime> parse_time(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  auto seconds = parse_number<std::uint32_t>(text.substr(is_negative ? 1 : 0));
  if (!seconds) return std::nullopt;
  if (is_negative) seconds = 0 - *seconds;
  return WallTime(std::chrono::seconds(*seconds));
}

}  // namespace

FileItem to_record(const Fields& fields) {
  const auto time = parse_time(fields.time);
  const auto address = net::IpAddress::parse(fields.address);
  const auto transport = record::parse_protocol(fields.transport);
  const auto port = parse_number<std::uint16_t>(fields.port);
  const auto state = record::parse_state(fields.state);
  const auto ttl = parse_number<std::uint8_t>(fields.ttl);
  const bool is_payload = fields.extra_name == "payload";
  const auto suspect = record::parse_suspect(is_payload ? "" : fields.extra);
  if (!time || !address || !transport || !port || !state || !ttl || !suspect) return kNoSuchLine;
  record::Record record{.time = *time,
                        .address = *address,
                        .port = {*transport, *port},
                        .state = *state,
                        .ttl = *ttl,
                        .suspect = *suspect,
                        .payload = record::payload_number(is_payload ? fields.extra : "")};
  if (!record::parse_reason(fields.reason, record)) return kNoSuchLine;
  return record;
}

FileItem to_banner(const Fields& fields, bool (*unescape)(std::string_view, std::string&),
                   std::string& bytes) {
  const auto time = parse_time(fields.time);
  const auto address = net::IpAddress::parse(fields.address);
  const auto transport = record::parse_protocol(fields.transport);
  const auto port = parse_number<std::uint16_t>(fields.port);
  const auto application = record::parse_application(fields.application);
  const auto ttl = parse_number<std::uint8_t>(fields.ttl);
  if (!time || !address || !transport || !port || !application || !ttl) return kNoSuchLine;
  std::string software;
  if (!unescape(fields.text, bytes) || !unescape(fields.software, software)) return kNoSuchLine;
  const std::size_t text_size = bytes.size();
  bytes.append(software, 0, record::kMaxSoftwareBytes);
  const std::string_view both = bytes;
  return record::Banner{.time = *time,
                        .address = *address,
                        .port = {*transport, *port},
                        .application = *application,
                        .ttl = *ttl,
                        .text = both.substr(0, text_size),
                        .software = both.substr(text_size)};
}

bool match(std::string_view line, std::string_view pattern,
           std::initializer_list<std::string_view*> fields) {
  const auto take_literal = [&] {
    const std::string_view literal = pattern.substr(0, pattern.find('*'));
    pattern.remove_prefix(literal.size());
    return literal;
  };
  const std::string_view start = take_literal();
  if (!line.starts_with(start)) return false;
  line.remove_prefix(start.size());
  std::array<std::string_view, kMostFields> found;
  CHECK(fields.size() <= found.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    DCHECK(pattern.starts_with('*'));
    pattern.remove_prefix(1);
    const std::string_view next = take_literal();
    const std::size_t length = next.empty() ? line.size() : line.find(next);
    if (length == std::string_view::npos) return false;
    found[i] = line.substr(0, length);
    line.remove_prefix(length + next.size());
  }
  if (!line.empty()) return false;
  std::size_t i = 0;
  for (std::string_view* const field : fields) *field = found[i++];
  return true;
}

bool match_json_record(std::string_view line, std::string_view pattern, Fields& f) {
  return match(line, pattern,
               {&f.address, &f.time, &f.port, &f.transport, &f.state, &f.reason, &f.ttl});
}

bool match_json_extra(std::string_view line, std::string_view pattern, Fields& f) {
  return match(line, pattern,
               {&f.address, &f.time, &f.port, &f.transport, &f.state, &f.reason, &f.ttl,
                &f.extra_name, &f.extra});
}

bool match_json_banner(std::string_view line, std::string_view pattern, Fields& f) {
  return match(line, pattern,
               {&f.address, &f.time, &f.port, &f.transport, &f.application, &f.text});
}

bool match_json_software(std::string_view line, std::string_view pattern, Fields& f) {
  return match(line, pattern,
               {&f.address, &f.time, &f.port, &f.transport, &f.application, &f.text, &f.software});
}

}  // namespace masscan::format
