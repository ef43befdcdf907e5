#include "cli/options/output_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "cli/options/value.h"
#include "format/format.h"
#include "net/endpoint.h"
#include "output/postgres.h"
#include "output/redis.h"

namespace masscan::cli {
namespace {

// masscan treats Redis as a format; here it is a server in addition to files.
constexpr std::string_view kRedis = "redis";
// Old versions of masscan echo this if no format was given.
constexpr std::string_view kNotChosen = "unknown(0)";

struct Suffix {
  std::string_view format;
  std::string_view ending;
};
constexpr std::array<Suffix, 4> kAllFormats = {
    {{"xml", ".xml"}, {"grepable", ".gnmap"}, {"list", ".list"}, {"ndjson", ".ndjson"}}};

std::string format_names() {
  std::vector<std::string_view> names;
  for (const format::Format* format : format::formats()) names.push_back(format->name);
  return fmt::format("{}", fmt::join(names, ", "));
}

// Each format has one file.
void drop_also(output::OutputConfig& output, const format::Format* format) {
  std::erase_if(output.also,
                [format](const output::OutputFile& other) { return other.format == format; });
}

void add_output(Settings& settings, const format::Format* format, std::string file) {
  output::OutputConfig& output = settings.config.output;
  const bool is_complete = output.format != nullptr && !output.file.empty();
  if (is_complete && output.format != format) {
    output.also.push_back({output.format, std::move(output.file)});
  }
  drop_also(output, format);
  output.format = format;
  output.file = std::move(file);
}

// Keeps the files that were named.
void choose_redis_format(output::OutputConfig& output) {
  if (!output.redis) output.redis = output::kUsualRedis;
  if (output.file.empty()) output.format = nullptr;
}

// Accepts "IP:PORT", and "IP PORT" as masscan's --echo writes it.
std::optional<net::Endpoint> parse_redis(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  std::size_t end = text.find_first_of(": ", bracket == text.npos ? 0 : bracket);
  end = std::min(end, text.size());
  std::string_view host = text.substr(0, end);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = net::IpAddress::parse(host);
  const auto port = end == text.size() ? std::optional(output::kUsualRedis.port)
                                       : parse_number<std::uint16_t>(text.substr(end + 1));
  if (!address || !port || *port == 0) return std::nullopt;
  return net::Endpoint{*address, *port};
}

Error unknown_format(const OptionUse& use, std::string_view name) {
  return usage_error("{}: unknown format '{}'; use {}", use.place, printable(name), format_names());
}

}  // namespace

Result<void> choose_format(Settings& settings, const OptionUse& use) {
  const std::string name = to_lower(*use.value);
  if (name == kNotChosen) return {};
  if (const format::Format* format = format::find_format(name)) {
    settings.config.output.format = format;
    drop_also(settings.config.output, format);
    return {};
  }
  if (name == kRedis) {
    choose_redis_format(settings.config.output);
    return {};
  }
  return unknown_format(use, *use.value);
}

Result<void> choose_format_and_file(Settings& settings, const OptionUse& use) {
  const format::Format* format = format::find_format(use.name.back());
  CHECK(format != nullptr);  // the row names no other letters
  add_output(settings, format, TRY(parse_text(use)));
  return {};
}

Result<void> choose_also(Settings& settings, const OptionUse& use) {
  const std::string text = TRY(parse_text(use));
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon + 1 == text.size()) {
    return usage_error("{}: '{}' names no file; write FORMAT:FILE, such as json:scan.json",
                       use.place, text);
  }
  const format::Format* format = format::find_format(text.substr(0, colon));
  if (format == nullptr) return unknown_format(use, text.substr(0, colon));
  output::OutputConfig& output = settings.config.output;
  drop_also(output, format);
  output.also.push_back({format, text.substr(colon + 1)});
  return {};
}

Result<void> choose_all_formats(Settings& settings, const OptionUse& use) {
  const std::string base = TRY(parse_text(use));
  for (const Suffix& suffix : kAllFormats) {
    add_output(settings, format::find_format(suffix.format), base + std::string(suffix.ending));
  }
  return {};
}

Result<void> choose_report(Settings& settings, const OptionUse& use) {
  add_output(settings, format::find_format("html"), TRY(parse_text(use)));
  return {};
}

Result<void> choose_redis(Settings& settings, const OptionUse& use) {
  const auto redis = parse_redis(*use.value);
  if (!redis) {
    return usage_error("{}: '{}' is not an address of a Redis server, such as 127.0.0.1:6379",
                       use.place, printable(*use.value));
  }
  settings.config.output.redis = redis;
  return {};
}

Result<void> choose_postgres(Settings& settings, const OptionUse& use) {
  std::string text = TRY(parse_text(use));
  if (Result<void> checked = output::check_postgres(text); !checked) {
    return std::move(checked).error().within(use.place);
  }
  settings.config.output.postgres = std::move(text);
  return {};
}

void forget_outputs(Settings& settings) {
  output::OutputConfig& output = settings.config.output;
  output.file.clear();
  output.format = nullptr;
  output.also.clear();
}

std::vector<std::string> echo_also(const setup::Config& config) {
  std::vector<std::string> lines;
  for (const output::OutputFile& output : config.output.also) {
    lines.push_back(fmt::format("{}:{}", output.format->name, output.file));
  }
  return lines;
}

}  // namespace masscan::cli
