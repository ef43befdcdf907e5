// Rows: where results go, and which.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/options/echo_values.h"
#include "cli/options/output_choice.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/units.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"
#include "format/format.h"
#include "net/endpoint.h"

namespace masscan::cli {
namespace {

constexpr int kMostVerbose = 9;

// nmap's own, as masscan names it.
constexpr std::string_view kWebStylesheet = "http://nmap.org/svn/docs/nmap.xsl";

template <const std::string_view& url>
Result<void> set_stylesheet(Settings& settings, const OptionUse& use) {
  if (TRY(parse_flag(use))) settings.config.output.stylesheet = url;
  return {};
}

constexpr std::string_view kNoStylesheet;

// What masscan's --echo names the file if there is a Redis server in its place.
constexpr std::string_view kNoFile = "<redis>";

Result<void> set_file(Settings& settings, const OptionUse& use) {
  const std::string file = TRY(parse_text(use));
  settings.config.output.file = file == kNoFile ? "" : file;
  return {};
}

Result<void> set_show(Settings& settings, const OptionUse& use, bool on) {
  record::StateFilter& states = settings.config.output.states;
  return assign(states, record::parse_state_filter(*use.value, use.place, states, on));
}

std::vector<std::string> echo_states(const record::StateFilter& states) {
  return echo_if(states != record::StateFilter{false, false, false}, record::to_string(states));
}

std::vector<std::string> echo_span(Duration span) {
  return echo_if(span != Duration::zero(), to_text(span));
}

Result<void> set_filter(Settings& settings, const OptionUse& use) {
  const std::string text = TRY(parse_text(use));
  return assign(settings.config.output.filter, record::Filter::parse(text, use.place));
}

Result<void> set_compression(Settings& settings, const OptionUse& use) {
  const std::string word = TRY(canonical_word(use, "none gzip zstd"));
  settings.config.output.compression = format::parse_compression(word);
  return {};
}

// Without slashes at its end.
Result<void> set_rotate_directory(Settings& settings, const OptionUse& use) {
  std::string path = TRY(parse_text(use));
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  settings.config.output.rotation.directory = std::move(path);
  return {};
}

Result<void> set_inverted(bool& target, const OptionUse& use) {
  target = !TRY(parse_flag(use));
  return {};
}

constexpr Option kOptions[] = {
    {.name = "output-filename",
     .aliases = "output-file",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .help = "Write results to a file; '-' is standard output.",
     .apply = set_file,
     .echo = [](const setup::Config& c) { return echo_if(!c.output.file.empty(), c.output.file); }},
    {.name = "output-format",
     .echoed_in = "output-format redis",
     .arity = Arity::kRequired,
     .value_name = "FORMAT",
     .may_be_empty = true,
     .help = "Of the file: xml (if nothing is said), grepable, json, ndjson, list, binary, csv, "
             "unicornscan, hostonly, ipport, certs, html, nmap-xml, ndjson-base64, or "
             "interactive for none.",
     .apply = choose_format,
     .echo =
         [](const setup::Config& c) {
           const format::Format* format = c.output.format;
           return echo_if(format != nullptr, std::string(format ? format->name : ""));
         }},
    {.shorts = "-oL -oD -oX -oG -oJ -oC -oB -oU -oH -oP",
     .echoed_in = "output-filename output-format output-also",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .help = "Format and file in one: list, ndjson, xml, grepable, json, csv, binary, unicornscan, "
             "hostonly, ipport (10.0.0.1:80). Several write several files.",
     .apply = choose_format_and_file,
     .reset = forget_outputs},
    {.name = "output-also",
     .arity = Arity::kRequired,
     .value_name = "FORMAT:FILE",
     .help = "Write a further format to a further file.",
     .apply = choose_also,
     .echo = echo_also},
    {.shorts = "-oA",
     .nmap = "-oA",
     .echoed_in = "output-filename output-format output-also",
     .arity = Arity::kRequired,
     .value_name = "BASE",
     .help = "Write BASE.xml, BASE.gnmap, BASE.list and BASE.ndjson.",
     .apply = choose_all_formats,
     .reset = forget_outputs},
    {.name = "report",
     .echoed_in = "output-filename output-format output-also",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .help = "Write a page to look at results with: one file of HTML, with charts, a map of the "
             "addresses and a table to search.",
     .apply = choose_report,
     .reset = forget_outputs},
    {.name = "redis",
     .shorts = "-oR",
     .arity = Arity::kRequired,
     .value_name = "ADDRESS",
     .may_be_empty = true,
     .help = "Send results to a Redis server: 127.0.0.1:6379.",
     .apply = choose_redis,
     .echo =
         [](const setup::Config& c) {
           const auto& redis = c.output.redis;
           return echo_if(redis.has_value(), redis ? net::to_string(*redis) : "");
         }},
    {.name = "redis-pwd",
     .arity = Arity::kRequired,
     .value_name = "PASSWORD",
     .may_be_empty = true,
     .help = "Its password.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.output.redis_password, parse_text(g));
         },
     .echo =
         [](const setup::Config& c) {
           return echo_if(!c.output.redis_password.empty(), c.output.redis_password);
         }},
    {.name = "postgres",
     .arity = Arity::kRequired,
     .value_name = "URL",
     .help = "Send results to a PostgreSQL database: postgresql://user@host/database.",
     .apply = choose_postgres,
     .echo =
         [](const setup::Config& c) {
           return echo_if(!c.output.postgres.empty(), c.output.postgres);
         }},
    {.name = "spool",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .help = "Where results wait for a server: FILE.redis, FILE.postgres; masscan-TIME if nothing "
             "is said.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.output.spool, parse_text(g)); },
     .echo =
         [](const setup::Config& c) { return echo_if(!c.output.spool.empty(), c.output.spool); }},
    {.name = "output-append",
     .aliases = "append-output",
     .nmap = "--append-output",
     .arity = Arity::kOptional,
     .value_name = "BOOLEAN",
     .help = "Append to the file instead of replacing it.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.output.append, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.output.append); }},
    {.name = "compress",
     .arity = Arity::kRequired,
     .value_name = "none|gzip|zstd",
     .help = "How files of results are compressed; if nothing is said, as their names end: .gz or "
             ".zst.",
     .apply = set_compression,
     .echo =
         [](const setup::Config& c) {
           const auto& compression = c.output.compression;
           return echo_if(compression.has_value(),
                          compression ? std::string(format::name(*compression)) : "");
         }},
    {.name = "xml",
     .arity = Arity::kRequired,
     .value_name = "masscan|nmap",
     .help = "XML is masscan's, or valid for nmap's DTD, with an element per host.",
     .apply = [](Settings& s, const OptionUse& g) -> Result<void> {
       const std::string word = TRY(canonical_word(g, "masscan nmap"));
       s.config.output.nmap_xml = word == "nmap";
       return {};
     },
     .echo = [](const setup::Config& c) { return echo_if(c.output.nmap_xml, "nmap"); }},
    {.name = "base64",
     .help = "NDJSON has the bytes of banners in base64 besides.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.output.base64, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.output.base64); }},
    {.name = "fields",
     .arity = Arity::kRequired,
     .value_name = "LIST",
     .help =
         "The columns of CSV: ip, port, proto, type, state, reason, ttl, time, service, banner.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.output.columns, record::parse_columns(*g.value, g.place));
         },
     .echo =
         [](const setup::Config& c) {
           const auto& columns = c.output.columns;
           return echo_if(columns != output::OutputConfig().columns, record::to_string(columns));
         }},
    {.name = "filter",
     .arity = Arity::kRequired,
     .value_name = "EXPRESSION",
     .help = "Write only what it holds for: 'port == 443 && ip != 10.0.0.0/8'.",
     .apply = set_filter,
     .echo =
         [](const setup::Config& c) {
           const auto& filter = c.output.filter;
           return echo_if(filter.has_value(), filter ? filter->text() : "");
         }},
    {.name = "rotate",
     .aliases = "output-rotate rotate-output rotate-time",
     .arity = Arity::kRequired,
     .value_name = "TIME",
     .help = "Keep the file under another name and begin a new one: every 10min, hourly, daily.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.output.rotation.period, parse_span(g));
         },
     .echo = [](const setup::Config& c) { return echo_span(c.output.rotation.period); }},
    {.name = "rotate-dir",
     .aliases = "output-rotate-dir rotate-directory",
     .arity = Arity::kRequired,
     .value_name = "DIRECTORY",
     .may_be_empty = true,
     .help = "Where to keep them; the current directory if nothing is said.",
     .apply = set_rotate_directory,
     .echo =
         [](const setup::Config& c) {
           const std::string& directory = c.output.rotation.directory;
           return echo_if(directory != files::Rotation().directory, directory);
         }},
    {.name = "rotate-offset",
     .aliases = "output-rotate-offset",
     .arity = Arity::kRequired,
     .value_name = "TIME",
     .help = "How long after the full hour, day and so on; -1h is an hour before midnight, UTC.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.output.rotation.offset, parse_offset(g));
         },
     .echo = [](const setup::Config& c) { return echo_span(c.output.rotation.offset); }},
    {.name = "rotate-size",
     .aliases = "rotate-filesize output-rotate-filesize",
     .arity = Arity::kRequired,
     .value_name = "SIZE",
     .help = "The same when the file has so many bytes: 1000000, 10m, 1g.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.output.rotation.size_bytes, parse_size(g));
         },
     .echo =
         [](const setup::Config& c) {
           const std::uint64_t size = c.output.rotation.size_bytes;
           return echo_if(size != 0, fmt::format("{}", size));
         }},
    {.name = "stylesheet",
     .nmap = "--stylesheet",
     .arity = Arity::kRequired,
     .value_name = "URL",
     .may_be_empty = true,
     .help = "Name this stylesheet in an XML file.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.output.stylesheet, parse_text(g)); },
     .echo =
         [](const setup::Config& c) {
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
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "output-show",
     .aliases = "show output-status",
     .echoed_in = "output-show output-noshow",
     .arity = Arity::kRequired,
     .value_name = "STATES",
     .may_be_empty = true,
     .help = "Report these too: open, closed, filtered, all. Open if nothing is said.",
     .apply = [](Settings& s, const OptionUse& g) { return set_show(s, g, true); },
     .echo =
         [](const setup::Config& c) {
           record::StateFilter added = c.output.states;
           added.open = false;
           return echo_states(added);
         }},
    {.name = "output-noshow",
     .aliases = "noshow",
     .echoed_in = "output-show output-noshow",
     .arity = Arity::kRequired,
     .value_name = "STATES",
     .help = "Do not report these.",
     .apply = [](Settings& s, const OptionUse& g) { return set_show(s, g, false); },
     .echo = [](const setup::Config& c) { return echo_if(!c.output.states.open, "open"); }},
    {.name = "output-show-open",
     .aliases = "open open-only",
     .nmap = "--open",
     .echoed_in = "output-show output-noshow",
     .help = "Report open ports and nothing else.",
     .apply = [](Settings& s, const OptionUse& g) -> Result<void> {
       if (TRY(parse_flag(g))) s.config.output.states = record::StateFilter{};
       return {};
     }},
    {.name = "interactive",
     .nmap = "--interactive",
     .help = "Print results on standard output besides the file.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.output.interactive, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.output.interactive); }},
    {.name = "nointeractive",
     .echoed_in = "interactive",
     .apply = [](Settings& s,
                 const OptionUse& g) { return set_inverted(s.config.output.interactive, g); }},
    {.name = "status",
     .echoed_in = "nostatus",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.output.status, parse_flag(g)); }},
    {.name = "nostatus",
     .help = "No status line while it runs; the end is told.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return set_inverted(s.config.output.status, g); },
     .echo = [](const setup::Config& c) { return echo_if(!c.output.status); }},
    {.name = "ndjson-status",
     .aliases = "status-ndjson",
     .help = "Nothing but JSON on standard error: where the scan stands, an object a line.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.output.status_ndjson, parse_flag(g));
         },
     .echo = [](const setup::Config& c) { return echo_if(c.output.status_ndjson); }},
    {.name = "json-status",
     .aliases = "status-json",
     .reason = "one document of JSON cannot hold a status that grows; use --ndjson-status",
     .apply = refuse},
    {.name = "packet-trace",
     .aliases = "trace-packet",
     .nmap = "--packet-trace",
     .help = "Print every frame that is sent or received on standard error, in a line as nmap's, "
             "and no status line.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.packet_trace, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.packet_trace); }},
    {.name = "debug-tcp", .aliases = "tcp-debug", .apply = unsupported<canonical_flag>},
    {.name = "verbose",
     .shorts = "-v -d",
     .nmap = "-v -d",
     .arity = Arity::kOptional,
     .value_name = "N",
     .is_repeated = true,
     .help = "Say more on standard error: the verifier's whole log, where a kernel refuses XDP.",
     .apply = [](Settings& s, const OptionUse& g) -> Result<void> {
       if (g.value) return assign(s.config.verbosity, parse_integer(g, 0, kMostVerbose));
       s.config.verbosity = std::min(s.config.verbosity + 1, kMostVerbose);
       return {};
     },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.verbosity != 0, fmt::format("{}", c.verbosity));
         }},
};

}  // namespace

std::span<const Option> output_options() { return kOptions; }

}  // namespace masscan::cli
