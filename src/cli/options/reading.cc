// Rows: actions that read result files, and their filters.
#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "base/text.h"
#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

// Adds a file. Another action drops the files of the one before.
template <Action action>
Result<void> add_file(Settings& settings, const OptionUse& use) {
  if (settings.action != action) settings.reading.files.clear();
  settings.action = action;
  settings.reading.files.push_back(*use.value);
  settings.reading.banners = true;
  return {};
}

Result<void> set_dialect(Settings& settings, const OptionUse& use) {
  settings.reading.dialect = format::parse_dialect(*use.value);
  if (settings.reading.dialect) return {};
  return usage_error("{}: '{}' is no dialect; write head, 1.3.2, 1.0.5 or 1.0.3", use.place,
                     *use.value);
}

// Accepts seconds since 1970, a date, or a date and time, in UTC.
Result<WallTime> parse_time(const OptionUse& use) {
  if (const auto seconds = parse_number<std::uint32_t>(*use.value)) {
    return WallTime(std::chrono::seconds(*seconds));
  }
  for (const char* form :
       {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"}) {
    std::tm fields{};
    const char* end = ::strptime(use.value->c_str(), form, &fields);
    if (end == nullptr || *end != '\0') continue;
    return WallTime(std::chrono::seconds(::timegm(&fields)));
  }
  return usage_error("{}: '{}' is no time; write 2024-02-03T04:05:06 (UTC) or seconds since 1970",
                     use.place, *use.value);
}

constexpr Option kOptions[] = {
    {.name = "readscan",
     .value_name = "FILE",
     .arity = Arity::kSeveral,
     .help =
         "Instead of scanning, read result files of any format, also compressed with gzip or zstd, "
         "and write their results in another format. Targets, ports and states select the results.",
     .apply = add_file<Action::kReadScan>},
    {.name = "diff",
     .value_name = "OLD NEW",
     .arity = Arity::kSeveral,
     .help = "Read two such files and print which ports opened, closed or changed their banner.",
     .apply = add_file<Action::kDiff>},
    {.name = "deliver",
     .value_name = "FILE",
     .arity = Arity::kSeveral,
     .help = "Instead of scanning, send the results in these spool files to --redis or --postgres. "
             "A scan leaves such files when the server was not available.",
     .apply = add_file<Action::kDeliver>},
    {.name = "readscan-dialect",
     .value_name = "VERSION",
     .help = "masscan version that wrote the banners of binary files: head (the newest), 1.3.2, "
             "1.0.5 or 1.0.3. By default it is detected.",
     .apply = set_dialect},
    {.name = "since",
     .value_name = "DATE",
     .help = "With --readscan or --diff: only results from this time on, such as "
             "2024-02-03T04:05:06 (UTC).",
     .apply = set<&Reading::since, parse_time>},
    {.name = "until",
     .value_name = "DATE",
     .help = "With --readscan or --diff: only results up to this time.",
     .apply = set<&Reading::until, parse_time>},
};

}  // namespace

std::span<const Option> reading_options() { return kOptions; }

}  // namespace masscan::cli
