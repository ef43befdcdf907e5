// Rows: files of results that are read instead of a scan, and what of them is wanted.
#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "base/text.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

// Every value of the option is one more file.
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

// Seconds since 1970, or a date and time in UTC as far as it is meant.
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
     .arity = Arity::kSeveral,
     .value_name = "FILE",
     .help = "Instead of scanning, read files of results, of any format and gzip or zstd too, and "
             "write them in another: all, or those of the given targets, ports and states.",
     .apply = add_file<Action::kReadScan>},
    {.name = "diff",
     .arity = Arity::kSeveral,
     .value_name = "OLD NEW",
     .help = "Read two such files, and print what has opened, closed and changed its banner.",
     .apply = add_file<Action::kDiff>},
    {.name = "deliver",
     .arity = Arity::kSeveral,
     .value_name = "FILE",
     .help = "Instead of scanning, send what waits in these files, which a scan left because a "
             "server was away, with --redis or --postgres.",
     .apply = add_file<Action::kDeliver>},
    {.name = "readscan-dialect",
     .arity = Arity::kRequired,
     .value_name = "VERSION",
     .help = "Which masscan's numbers the banners of binary files have: head (the newest), 1.3.2, "
             "1.0.5 or 1.0.3; what they look like, if nothing is said.",
     .apply = set_dialect},
    {.name = "since",
     .arity = Arity::kRequired,
     .value_name = "DATE",
     .help = "With --readscan or --diff: nothing older, such as 2024-02-03T04:05:06 (UTC).",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.reading.since, parse_time(g)); }},
    {.name = "until",
     .arity = Arity::kRequired,
     .value_name = "DATE",
     .help = "With --readscan or --diff: nothing newer.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.reading.until, parse_time(g)); }},
};

}  // namespace

std::span<const Option> reading_options() { return kOptions; }

}  // namespace masscan::cli
