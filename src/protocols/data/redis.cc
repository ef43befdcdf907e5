// Redis and Valkey: the section "server" of INFO, or the error that they answer instead. Other
// values of RESP, which may be nested, are no answer to that.
#include "banner/facts.h"
#include "banner/lines.h"
#include "base/text.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {6379, 6380, 26379};
constexpr std::size_t kMaxInfo = 16384;
constexpr std::string_view kFields[] = {"redis_version", "valkey_version", "redis_mode",    "os",
                                        "arch_bits",     "tcp_port",       "uptime_in_days"};

// Reads lines of "name:value".
bool read_info(std::string_view info, banner::StreamOutput& out) {
  std::string text;
  banner::Facts facts(text);
  while (!info.empty()) {
    const std::string_view line = take_line(info);
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || std::ranges::find(kFields, name) == std::end(kFields))
      continue;
    const std::string_view value = line.substr(colon + 1);
    facts.add(name, value);
    // Valkey states the version of Redis that it is compatible with before its own.
    if (name == "redis_version") out.state_software(fmt::format("Redis {}", value));
    if (name == "valkey_version") out.state_software(fmt::format("Valkey {}", value));
  }
  if (out.software().empty()) return false;
  out.add(record::Application::kRedis, text);
  return true;
}

// In protected mode it says so at once.
Match match_opening(std::string_view text, bool was_asked) {
  if (!was_asked) return banner::begins_with(text, "-DENIED Redis is running in protected mode");
  if (text.empty() || text == "-" || text == "$") return Match::kMaybe;
  const bool is_error = text[0] == '-' && text[1] >= 'A' && text[1] <= 'Z';
  return is_error || (text[0] == '$' && is_digit(text[1])) ? Match::kYes : Match::kNo;
}

StreamStep read_redis(const banner::Stream& stream, banner::StreamOutput& out) {
  const StreamStep unfinished = stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  std::string_view text = as_text(stream.received);
  const Match match = match_opening(text, stream.was_asked);
  if (match != Match::kYes) return match == Match::kMaybe ? unfinished : StreamStep::foreign();
  const auto line = banner::take_line(text);
  if (!line) return text.size() < kMaxInfo ? unfinished : StreamStep::foreign();
  if (line->starts_with('-')) {
    std::string error;
    banner::Facts(error).add("error", line->substr(1));
    out.add(record::Application::kRedis, error);
    return StreamStep::done();
  }
  const auto length = parse_number<std::size_t>(line->substr(1));
  if (!length || *length > kMaxInfo) return StreamStep::foreign();
  if (text.size() < *length && !stream.has_ended) return StreamStep::more();
  return read_info(text.substr(0, *length), out) ? StreamStep::done() : StreamStep::foreign();
}

}  // namespace

constinit const banner::StreamProtocol kRedis = {.name = "redis",
                                                 .ports = kPorts,
                                                 .hello = "*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n",
                                                 .read = read_redis};

}  // namespace masscan::protocols
