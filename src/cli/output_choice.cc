#include "cli/output_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "cli/canonical.h"
#include "cli/planned.h"
#include "cli/value.h"
#include "report/format.h"

namespace masscan::cli {
namespace {

// masscan's format that is not built yet.
constexpr std::string_view kPlannedFormat = "redis";

struct Suffix {
  std::string_view format;
  std::string_view ending;
};
constexpr std::array<Suffix, 4> kAllFormats = {
    {{"xml", ".xml"}, {"grepable", ".gnmap"}, {"list", ".list"}, {"ndjson", ".ndjson"}}};

std::string format_names() {
  std::vector<std::string_view> names;
  for (const report::Format& format : report::formats()) names.push_back(format.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

void use_planned_format(Settings& settings, const Given& given) {
  settings.config.output.format = nullptr;
  keep_planned(settings, given, "output-format", std::string(kPlannedFormat));
}

void use_format(Settings& settings, const report::Format* format) {
  settings.config.output.format = format;
  drop_planned(settings, "output-format");
}

// One file each.
void drop_also(scan::OutputConfig& output, const report::Format* format) {
  std::erase_if(output.also,
                [format](const scan::OutputFile& other) { return other.format == format; });
}

void add_output(Settings& settings, const report::Format* format, std::string file) {
  scan::OutputConfig& output = settings.config.output;
  const bool is_complete = output.format != nullptr && !output.file.empty();
  if (is_complete && output.format != format) {
    output.also.push_back({output.format, std::move(output.file)});
  }
  drop_also(output, format);
  use_format(settings, format);
  output.file = std::move(file);
}

Error unknown_format(const Given& given, std::string_view name) {
  return usage_error("{}: unknown format '{}'; use {}", given.place, printable(name),
                     format_names());
}

}  // namespace

Result<void> choose_format(Settings& settings, const Given& given) {
  const std::string name = to_lower(*given.value);
  if (const report::Format* format = report::find_format(name)) {
    use_format(settings, format);
    drop_also(settings.config.output, format);
    return {};
  }
  if (name == kPlannedFormat) {
    use_planned_format(settings, given);
    return {};
  }
  return unknown_format(given, *given.value);
}

Result<void> choose_format_and_file(Settings& settings, const Given& given) {
  const report::Format* format = report::find_format(given.name.back());
  CHECK(format != nullptr);  // the row names no other letters
  add_output(settings, format, TRY(parse_text(given)));
  return {};
}

Result<void> choose_also(Settings& settings, const Given& given) {
  const std::string text = TRY(parse_text(given));
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon + 1 == text.size()) {
    return usage_error("{}: '{}' names no file; write FORMAT:FILE, such as json:scan.json",
                       given.place, text);
  }
  const report::Format* format = report::find_format(text.substr(0, colon));
  if (format == nullptr) return unknown_format(given, text.substr(0, colon));
  scan::OutputConfig& output = settings.config.output;
  drop_also(output, format);
  output.also.push_back({format, text.substr(colon + 1)});
  return {};
}

Result<void> choose_all_formats(Settings& settings, const Given& given) {
  const std::string base = TRY(parse_text(given));
  for (const Suffix& suffix : kAllFormats) {
    add_output(settings, report::find_format(suffix.format), base + std::string(suffix.ending));
  }
  return {};
}

Result<void> choose_redis(Settings& settings, const Given& given) {
  keep_planned(settings, given, "redis", TRY(canonical_redis(given)));
  use_planned_format(settings, given);
  return {};
}

void forget_outputs(Settings& settings) {
  scan::OutputConfig& output = settings.config.output;
  output.file.clear();
  output.format = nullptr;
  output.also.clear();
  drop_planned(settings, "output-format");
}

std::vector<std::string> echo_also(const scan::Config& config) {
  std::vector<std::string> lines;
  for (const scan::OutputFile& output : config.output.also) {
    lines.push_back(fmt::format("{}:{}", output.format->name, output.file));
  }
  return lines;
}

}  // namespace masscan::cli
