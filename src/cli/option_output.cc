// Rows: where results go, and which.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/value.h"
#include "report/format.h"

namespace masscan::cli {
namespace {

constexpr int kMostVerbose = 9;

// masscan's formats that are not built yet.
constexpr std::array<std::string_view, 11> kPlannedFormats = {
    "unicornscan", "xml",   "binary", "grepable", "greppable", "json",
    "certs",       "redis", "none",   "hostonly", "unknown"};

std::string format_names() {
  std::vector<std::string_view> names;
  for (const report::Format& format : report::formats()) names.push_back(format.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<const report::Format*> parse_format(const Given& given) {
  const std::string name = to_lower(*given.value);
  if (const report::Format* format = report::find_format(name)) return format;
  const bool is_planned =
      std::find(kPlannedFormats.begin(), kPlannedFormats.end(), name) != kPlannedFormats.end();
  return usage_error("{}: {} '{}'{}; use {}", given.place, is_planned ? "format" : "unknown format",
                     *given.value, is_planned ? " is not supported yet" : "", format_names());
}

// "-oL FILE"
Result<void> set_format_and_file(Settings& settings, const Given& given) {
  const report::Format* format = report::find_format(given.name.back());
  if (format == nullptr) {
    return usage_error("{}: this format is not supported yet; use -oL or -oD", given.place);
  }
  settings.config.output.format = format;
  return assign(settings.config.output.file, parse_text(given));
}

Result<void> set_show(Settings& settings, const Given& given, bool on) {
  report::Show& show = settings.config.output.show;
  return assign(show, report::parse_show(*given.value, given.place, show, on));
}

std::vector<std::string> echo_states(const report::Show& show) {
  return echo_if(show != report::Show{false, false, false}, to_string(show));
}

Result<void> set_inverted(bool& target, const Given& given) {
  target = !TRY(parse_flag(given));
  return {};
}

constexpr Option kOptions[] = {
    {.name = "output-filename",
     .aliases = "output-file",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "Write results to a file; '-' is standard output. Needs --output-format.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.file, parse_text(g)); },
     .echo = [](const scan::Config& c) { return echo_if(!c.output.file.empty(), c.output.file); }},
    {.name = "output-format",
     .argument = Argument::kRequired,
     .value_name = "FORMAT",
     .help = "list, ndjson or interactive.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.format, parse_format(g)); },
     .echo =
         [](const scan::Config& c) {
           const report::Format* format = c.output.format;
           return echo_if(format != nullptr, std::string(format ? format->name : ""));
         }},
    {.shorts = "-oL -oD -oX -oG -oJ -oB -oU -oH",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "Format and file in one: list or ndjson.",
     .apply = set_format_and_file},
    {.name = "output-append",
     .aliases = "append-output",
     .argument = Argument::kOptional,
     .value_name = "BOOLEAN",
     .help = "Append to the file instead of replacing it.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.append, parse_flag(g)); },
     .echo = [](const scan::Config& c) { return echo_if(c.output.append); }},
    {.name = "output-show",
     .aliases = "show output-status",
     .argument = Argument::kRequired,
     .value_name = "STATES",
     .help = "Report these too: open, closed, filtered, all. Open if nothing is said.",
     .apply = [](Settings& s, const Given& g) { return set_show(s, g, true); },
     .echo =
         [](const scan::Config& c) {
           report::Show added = c.output.show;
           added.open = false;
           return echo_states(added);
         }},
    {.name = "output-noshow",
     .aliases = "noshow",
     .argument = Argument::kRequired,
     .value_name = "STATES",
     .help = "Do not report these.",
     .apply = [](Settings& s, const Given& g) { return set_show(s, g, false); },
     .echo = [](const scan::Config& c) { return echo_if(!c.output.show.open, "open"); }},
    {.name = "output-show-open",
     .aliases = "open open-only",
     .help = "Report open ports and nothing else.",
     .apply = [](Settings& s, const Given& g) -> Result<void> {
       if (TRY(parse_flag(g))) s.config.output.show = report::Show{};
       return {};
     }},
    {.name = "interactive",
     .help = "Print results on standard output besides the file.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.interactive, parse_flag(g)); },
     .echo = [](const scan::Config& c) { return echo_if(c.output.interactive); }},
    {.name = "nointeractive",
     .apply = [](Settings& s,
                 const Given& g) { return set_inverted(s.config.output.interactive, g); }},
    {.name = "status",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.status, parse_flag(g)); }},
    {.name = "nostatus",
     .help = "No status line.",
     .apply = [](Settings& s, const Given& g) { return set_inverted(s.config.output.status, g); },
     .echo = [](const scan::Config& c) { return echo_if(!c.output.status); }},
    {.name = "verbose",
     .shorts = "-v -d",
     .argument = Argument::kOptional,
     .value_name = "N",
     .is_repeated = true,
     .help = "Say more on standard error; repeat for more.",
     .apply = [](Settings& s, const Given& g) -> Result<void> {
       if (g.value) return assign(s.config.verbosity, parse_integer(g, 0, kMostVerbose));
       s.config.verbosity = std::min(s.config.verbosity + 1, kMostVerbose);
       return {};
     },
     .echo =
         [](const scan::Config& c) {
           return echo_if(c.verbosity != 0, fmt::format("{}", c.verbosity));
         }},
};

}  // namespace

std::span<const Option> output_options() { return kOptions; }

}  // namespace masscan::cli
