// Rows: where results go, and which.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/canonical.h"
#include "cli/options.h"
#include "cli/planned.h"
#include "cli/settings.h"
#include "cli/value.h"
#include "report/format.h"

namespace masscan::cli {
namespace {

constexpr int kMostVerbose = 9;

// masscan's formats that are not built yet, and their letters.
struct PlannedFormat {
  std::string_view name;
  char letter;
};
constexpr std::array<PlannedFormat, 6> kPlannedFormats = {{{"binary", 'B'},
                                                           {"unicornscan", 'U'},
                                                           {"hostonly", 'H'},
                                                           {"certs", '\0'},
                                                           {"redis", '\0'},
                                                           {"none", '\0'}}};

std::string format_names() {
  std::vector<std::string_view> names;
  for (const report::Format& format : report::formats()) names.push_back(format.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

void use_format(Settings& settings, const report::Format* format) {
  settings.config.output.format = format;
  drop_planned(settings, "output-format");
}

void use_planned_format(Settings& settings, const Given& given, std::string_view name) {
  settings.config.output.format = nullptr;
  keep_planned(settings, given, "output-format", std::string(name));
}

Result<void> set_format(Settings& settings, const Given& given) {
  const std::string name = to_lower(*given.value);
  if (const report::Format* format = report::find_format(name)) {
    use_format(settings, format);
    return {};
  }
  for (const PlannedFormat& planned : kPlannedFormats) {
    if (planned.name != name) continue;
    use_planned_format(settings, given, name);
    return {};
  }
  return usage_error("{}: unknown format '{}'; use {}", given.place, printable(*given.value),
                     format_names());
}

// "-oL FILE"
Result<void> set_format_and_file(Settings& settings, const Given& given) {
  const char letter = given.name.back();
  if (const report::Format* format = report::find_format(letter)) use_format(settings, format);
  for (const PlannedFormat& planned : kPlannedFormats) {
    if (planned.letter == letter) use_planned_format(settings, given, planned.name);
  }
  return assign(settings.config.output.file, parse_text(given));
}

Result<void> set_redis(Settings& settings, const Given& given) {
  keep_planned(settings, given, "redis", TRY(canonical_redis(given)));
  use_planned_format(settings, given, "redis");
  return {};
}

// nmap's own, as masscan names it.
constexpr std::string_view kWebStylesheet = "http://nmap.org/svn/docs/nmap.xsl";

template <const std::string_view& url>
Result<void> set_stylesheet(Settings& settings, const Given& given) {
  if (TRY(parse_flag(given))) settings.config.output.stylesheet = url;
  return {};
}

constexpr std::string_view kNoStylesheet;

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
     .help = "Write results to a file; '-' is standard output.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.file, parse_text(g)); },
     .echo = [](const scan::Config& c) { return echo_if(!c.output.file.empty(), c.output.file); }},
    {.name = "output-format",
     .argument = Argument::kRequired,
     .value_name = "FORMAT",
     .help = "Of the file: xml (if nothing is said), grepable, json, ndjson, list, or interactive "
             "for none.",
     .apply = set_format,
     .echo =
         [](const scan::Config& c) {
           const report::Format* format = c.output.format;
           return echo_if(format != nullptr, std::string(format ? format->name : ""));
         }},
    {.shorts = "-oL -oD -oX -oG -oJ -oB -oU -oH",
     .echoed_in = "output-filename output-format",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "Format and file in one: xml, grepable, json, ndjson or list.",
     .apply = set_format_and_file},
    {.name = "redis",
     .shorts = "-oR",
     .echoed_in = "redis output-format",
     .argument = Argument::kRequired,
     .value_name = "ADDRESS",
     .apply = set_redis},
    {.name = "redis-pwd",
     .argument = Argument::kRequired,
     .value_name = "PASSWORD",
     .apply = plan<parse_text>},
    {.name = "output-append",
     .aliases = "append-output",
     .nmap = "--append-output",
     .argument = Argument::kOptional,
     .value_name = "BOOLEAN",
     .help = "Append to the file instead of replacing it.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.append, parse_flag(g)); },
     .echo = [](const scan::Config& c) { return echo_if(c.output.append); }},
    {.name = "rotate",
     .aliases = "output-rotate rotate-output rotate-time",
     .argument = Argument::kRequired,
     .value_name = "TIME",
     .apply = plan<canonical_span>},
    {.name = "rotate-dir",
     .aliases = "output-rotate-dir rotate-directory",
     .argument = Argument::kRequired,
     .value_name = "DIRECTORY",
     .apply = plan<canonical_directory>},
    {.name = "rotate-offset",
     .aliases = "output-rotate-offset",
     .argument = Argument::kRequired,
     .value_name = "TIME",
     .apply = plan<canonical_offset>},
    {.name = "rotate-size",
     .aliases = "rotate-filesize output-rotate-filesize",
     .argument = Argument::kRequired,
     .value_name = "SIZE",
     .apply = plan<canonical_size>},
    {.name = "stylesheet",
     .nmap = "--stylesheet",
     .argument = Argument::kRequired,
     .value_name = "URL",
     .help = "Name this stylesheet in an XML file.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.stylesheet, parse_text(g)); },
     .echo =
         [](const scan::Config& c) {
           return echo_if(!c.output.stylesheet.empty(), c.output.stylesheet);
         }},
    {.name = "webxml",
     .nmap = "--webxml",
     .echoed_in = "stylesheet",
     .help = "Name nmap's stylesheet on the web.",
     .apply = set_stylesheet<kWebStylesheet>},
    {.name = "no-stylesheet",
     .nmap = "--no-stylesheet",
     .echoed_in = "stylesheet",
     .help = "Name none.",
     .apply = set_stylesheet<kNoStylesheet>},
    {.name = "script",
     .nmap = "--script",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .apply = plan<parse_text>},
    {.name = "output-show",
     .aliases = "show output-status",
     .echoed_in = "output-show output-noshow",
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
     .echoed_in = "output-show output-noshow",
     .argument = Argument::kRequired,
     .value_name = "STATES",
     .help = "Do not report these.",
     .apply = [](Settings& s, const Given& g) { return set_show(s, g, false); },
     .echo = [](const scan::Config& c) { return echo_if(!c.output.show.open, "open"); }},
    {.name = "output-show-open",
     .aliases = "open open-only",
     .nmap = "--open",
     .echoed_in = "output-show output-noshow",
     .help = "Report open ports and nothing else.",
     .apply = [](Settings& s, const Given& g) -> Result<void> {
       if (TRY(parse_flag(g))) s.config.output.show = report::Show{};
       return {};
     }},
    {.name = "interactive",
     .nmap = "--interactive",
     .help = "Print results on standard output besides the file.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.interactive, parse_flag(g)); },
     .echo = [](const scan::Config& c) { return echo_if(c.output.interactive); }},
    {.name = "nointeractive",
     .echoed_in = "interactive",
     .apply = [](Settings& s,
                 const Given& g) { return set_inverted(s.config.output.interactive, g); }},
    {.name = "status",
     .echoed_in = "nostatus",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.status, parse_flag(g)); }},
    {.name = "nostatus",
     .help = "No status line.",
     .apply = [](Settings& s, const Given& g) { return set_inverted(s.config.output.status, g); },
     .echo = [](const scan::Config& c) { return echo_if(!c.output.status); }},
    {.name = "ndjson-status",
     .aliases = "status-ndjson",
     .help = "The status as one JSON object a line, for programs.",
     .apply = [](Settings& s,
                 const Given& g) { return assign(s.config.output.status_ndjson, parse_flag(g)); },
     .echo = [](const scan::Config& c) { return echo_if(c.output.status_ndjson); }},
    {.name = "json-status",
     .aliases = "status-json",
     .reason = "one document of JSON cannot hold a status that grows; use --ndjson-status",
     .apply = refuse},
    {.name = "packet-trace",
     .aliases = "trace-packet",
     .nmap = "--packet-trace",
     .apply = plan<canonical_flag>},
    {.name = "debug-tcp", .aliases = "tcp-debug", .apply = plan<canonical_flag>},
    {.name = "verbose",
     .shorts = "-v -d",
     .nmap = "-v -d",
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
