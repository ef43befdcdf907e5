// Rows: result files, databases, and which results are written.

#include <algorithm>

#include "cli/options/echo_values.h"
#include "cli/options/field.h"
#include "cli/options/output_choice.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/units.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"
#include "engine/canaries.h"
#include "format/format.h"
#include "net/endpoint.h"

namespace masscan::cli {
namespace {

constexpr int kMostVerbose = 9;

// The URL that masscan writes.
constexpr std::string_view kWebStylesheet = "http://nmap.org/svn/docs/nmap.xsl";

template <const std::string_view& url>
Result<void> set_stylesheet(Settings& settings, const OptionUse& use) {
  if (TRY(parse_flag(use))) settings.config.output.stylesheet = url;
  return {};
}

constexpr std::string_view kNoStylesheet;

// masscan's --echo writes this in place of a file name if there is a Redis server.
constexpr std::string_view kNoFile = "<redis>";

Result<std::string> parse_file(const OptionUse& use) {
  const std::string file = TRY(parse_text(use));
  return file == kNoFile ? std::string() : file;
}

Result<void> set_show(Settings& settings, const OptionUse& use, bool on) {
  record::StateFilter& states = settings.config.output.states;
  return assign(states, record::parse_state_filter(*use.value, use.place, states, on));
}

std::vector<std::string> echo_states(const record::StateFilter& states) {
  return echo_if(states != record::StateFilter{false, false, false}, record::to_string(states));
}

Result<record::Filter> parse_filter(const OptionUse& use) {
  const std::string text = TRY(parse_text(use));
  return record::Filter::parse(text, use.place);
}

Result<std::vector<record::Column>> parse_columns(const OptionUse& use) {
  return record::parse_columns(*use.value, use.place);
}

Result<void> set_compression(Settings& settings, const OptionUse& use) {
  const std::string word = TRY(canonical_word(use, "none gzip zstd"));
  settings.config.output.compression = format::parse_compression(word);
  return {};
}

std::string_view compression_name(format::Compression compression) {
  return format::name(compression);
}

// Removes slashes at the end.
Result<std::string> parse_directory(const OptionUse& use) {
  std::string path = TRY(parse_text(use));
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

constexpr Option kOptions[] = {
    {.name = "output-filename",
     .aliases = "output-file",
     .value_name = "FILE",
     .may_be_empty = true,
     .help = "Write results to a file; '-' is standard output.",
     .apply = set<&OutputConfig::file, parse_file>,
     .echo = show<&OutputConfig::file>},
    {.name = "output-format",
     .echoed_in = "output-format redis",
     .value_name = "FORMAT",
     .may_be_empty = true,
     .help = "Format of the file: xml (the default), grepable, json, ndjson, list, binary, csv, "
             "unicornscan, hostonly, ipport, certs, html, nmap-xml, ndjson-base64. With "
             "interactive or none there is no file.",
     .apply = choose_format,
     .echo =
         [](const setup::Config& c) {
           const format::Format* format = c.output.format;
           return echo_if(format != nullptr, std::string(format ? format->name : ""));
         }},
    {.shorts = "-oL -oD -oX -oG -oJ -oC -oB -oU -oH -oP",
     .echoed_in = "output-filename output-format output-also",
     .value_name = "FILE",
     .help = "Format and file in one option: list, ndjson, xml, grepable, json, csv, binary, "
             "unicornscan, hostonly, ipport (10.0.0.1:80). Several of these options write several "
             "files.",
     .apply = choose_format_and_file,
     .reset = forget_outputs},
    {.name = "output-also",
     .value_name = "FORMAT:FILE",
     .help = "Write one more file in this format.",
     .apply = choose_also,
     .echo = echo_also},
    {.shorts = "-oA",
     .nmap = "-oA",
     .echoed_in = "output-filename output-format output-also",
     .value_name = "BASE",
     .help = "Write BASE.xml, BASE.gnmap, BASE.list and BASE.ndjson.",
     .apply = choose_all_formats,
     .reset = forget_outputs},
    {.name = "report",
     .echoed_in = "output-filename output-format output-also",
     .value_name = "FILE",
     .help = "Write one HTML page with charts, a map of the addresses and a searchable table.",
     .apply = choose_report,
     .reset = forget_outputs},
    {.name = "redis",
     .shorts = "-oR",
     .value_name = "ADDRESS",
     .may_be_empty = true,
     .help = "Send results to a Redis server, such as 127.0.0.1:6379.",
     .apply = choose_redis,
     .echo = show<&OutputConfig::redis>},
    {.name = "redis-pwd",
     .value_name = "PASSWORD",
     .may_be_empty = true,
     .help = "Password of the Redis server.",
     .apply = set<&OutputConfig::redis_password>,
     .echo = show<&OutputConfig::redis_password>},
    {.name = "postgres",
     .value_name = "URL",
     .help = "Send results to a PostgreSQL database, such as postgresql://user@host/database.",
     .apply = choose_postgres,
     .echo = show<&OutputConfig::postgres>},
    {.name = "spool",
     .value_name = "FILE",
     .help = "Keep results in FILE.redis and FILE.postgres until the server has stored them. By "
             "default FILE is masscan-TIME.",
     .apply = set<&OutputConfig::spool>,
     .echo = show<&OutputConfig::spool>},
    {.name = "output-append",
     .aliases = "append-output",
     .nmap = "--append-output",
     .value_name = "BOOLEAN",
     .arity = Arity::kOptional,
     .help = "Append to the file instead of replacing it.",
     .apply = set<&OutputConfig::append>,
     .echo = show<&OutputConfig::append>},
    {.name = "compress",
     .value_name = "none|gzip|zstd",
     .help = "Compression of result files. By default the file name decides: .gz or .zst.",
     .apply = set_compression,
     .echo = show<&OutputConfig::compression, compression_name>},
    {.name = "xml",
     .value_name = "masscan|nmap",
     .help = "XML as masscan writes it (the default), or valid for nmap's DTD with one element per "
             "host.",
     .apply = [](Settings& s, const OptionUse& g) -> Result<void> {
       const std::string word = TRY(canonical_word(g, "masscan nmap"));
       s.config.output.nmap_xml = word == "nmap";
       return {};
     },
     .echo = [](const setup::Config& c) { return echo_if(c.output.nmap_xml, "nmap"); }},
    {.name = "base64",
     .help = "Add the bytes of banners to NDJSON in base64.",
     .apply = set<&OutputConfig::base64>,
     .echo = show<&OutputConfig::base64>},
    {.name = "fields",
     .value_name = "LIST",
     .help = "Columns of CSV and their order. By default all: ip, port, proto, type, state, "
             "reason, ttl, time, service, banner. Also: suspect, software.",
     .apply = set<&OutputConfig::columns, parse_columns>,
     .echo = show<&OutputConfig::columns>},
    {.name = "filter",
     .value_name = "EXPRESSION",
     .help =
         "Write only results that match an expression, such as 'port == 443 && ip != 10.0.0.0/8'.",
     .apply = set<&OutputConfig::filter, parse_filter>,
     .echo = show<&OutputConfig::filter, &record::Filter::text>},
    {.name = "no-suspect",
     .help = "Do not mark open ports that look like fakes of a SYN proxy, middlebox or tarpit.",
     .apply = set_inverted<&OutputConfig::marks_suspects>,
     .echo = show_inverted<&OutputConfig::marks_suspects>},
    {.name = "canaries",
     .value_name = "N",
     .help = "Ask a host that has an open TCP port at N more ports, high ones that nothing should "
             "use. If it answers there too, its open ports are suspect.",
     .default_value = default_of<&Config::canaries>,
     .apply = set<&Config::canaries, 0, engine::Canaries::kMost>,
     .echo = show<&Config::canaries>},
    {.name = "rotate",
     .aliases = "output-rotate rotate-output rotate-time",
     .value_name = "TIME",
     .help = "Rename the file and begin a new one at this interval: 10min, hourly, daily.",
     .apply = set<&Rotation::period, parse_span>,
     .echo = show<&Rotation::period>},
    {.name = "rotate-dir",
     .aliases = "output-rotate-dir rotate-directory",
     .value_name = "DIRECTORY",
     .may_be_empty = true,
     .help = "Directory for the renamed files.",
     .default_value = default_of<&Rotation::directory>,
     .apply = set<&Rotation::directory, parse_directory>,
     .echo = show<&Rotation::directory>},
    {.name = "rotate-offset",
     .aliases = "output-rotate-offset",
     .value_name = "TIME",
     .help = "Time after the full hour, day and so on at which files are renamed; -1h is one hour "
             "before midnight, UTC.",
     .apply = set<&Rotation::offset, parse_offset>,
     .echo = show<&Rotation::offset>},
    {.name = "rotate-size",
     .aliases = "rotate-filesize output-rotate-filesize",
     .value_name = "SIZE",
     .help = "Rename the file and begin a new one at this size in bytes: 1000000, 10m, 1g.",
     .apply = set<&Rotation::size_bytes, parse_size>,
     .echo = show<&Rotation::size_bytes>},
    {.name = "stylesheet",
     .nmap = "--stylesheet",
     .value_name = "URL",
     .may_be_empty = true,
     .help = "Refer to this stylesheet in XML files.",
     .apply = set<&OutputConfig::stylesheet>,
     .echo = show<&OutputConfig::stylesheet>},
    {.name = "webxml",
     .nmap = "--webxml",
     .echoed_in = "stylesheet",
     .help = "Refer to nmap's stylesheet on the web.",
     .apply = set_stylesheet<kWebStylesheet>},
    {.name = "no-stylesheet",
     .nmap = "--no-stylesheet",
     .echoed_in = "stylesheet",
     .help = "Refer to no stylesheet.",
     .apply = set_stylesheet<kNoStylesheet>},
    {.name = "script",
     .nmap = "--script",
     .value_name = "FILE",
     .may_be_empty = true,
     .is_unsupported = true,
     .apply = unsupported<parse_text>},
    {.name = "output-show",
     .aliases = "show output-status",
     .echoed_in = "output-show output-noshow",
     .value_name = "STATES",
     .may_be_empty = true,
     .help =
         "Also report ports in these states: open, closed, filtered, unfiltered, all. By default "
         "only open ports are reported. 'open|filtered', or 'silent', reports ports without an "
         "answer, where open ones may not answer (-sU, -sF, -sN, -sX, -sM), at the end of the "
         "scan.",
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
     .value_name = "STATES",
     .help = "Do not report ports in these states.",
     .apply = [](Settings& s, const OptionUse& g) { return set_show(s, g, false); },
     .echo = [](const setup::Config& c) { return echo_if(!c.output.states.open, "open"); }},
    {.name = "output-show-open",
     .aliases = "open open-only",
     .nmap = "--open",
     .echoed_in = "output-show output-noshow",
     .help = "Report open ports only.",
     .apply = [](Settings& s, const OptionUse& g) -> Result<void> {
       if (TRY(parse_flag(g))) s.config.output.states = record::StateFilter{};
       return {};
     }},
    {.name = "interactive",
     .nmap = "--interactive",
     .help = "Also print results on standard output when they go to a file.",
     .apply = set<&OutputConfig::interactive>,
     .echo = show<&OutputConfig::interactive>},
    {.name = "nointeractive",
     .echoed_in = "interactive",
     .apply = set_inverted<&OutputConfig::interactive>},
    {.name = "status", .echoed_in = "nostatus", .apply = set<&OutputConfig::status>},
    {.name = "nostatus",
     .help = "Print no status line during the scan. The summary at the end is still printed.",
     .apply = set_inverted<&OutputConfig::status>,
     .echo = show_inverted<&OutputConfig::status>},
    {.name = "ndjson-status",
     .aliases = "status-ndjson",
     .help = "Write only JSON to standard error: one status object per line.",
     .apply = set<&OutputConfig::status_ndjson>,
     .echo = show<&OutputConfig::status_ndjson>},
    refused("json-status status-json", "",
            "one document of JSON cannot hold a status that grows; use --ndjson-status"),
    {.name = "packet-trace",
     .aliases = "trace-packet",
     .nmap = "--packet-trace",
     .help = "Print every frame that is sent or received on standard error, in a line as nmap's, "
             "and no status line.",
     .apply = set<&Config::packet_trace>,
     .echo = show<&Config::packet_trace>},
    not_yet("debug-tcp tcp-debug", "", unsupported<canonical_flag>),
    {.name = "verbose",
     .shorts = "-v -d",
     .nmap = "-v -d",
     .value_name = "N",
     .arity = Arity::kOptional,
     .is_repeated = true,
     .help =
         "Print more on standard error, such as the full verifier log when the kernel refuses XDP.",
     .apply = [](Settings& s, const OptionUse& g) -> Result<void> {
       if (g.value) return assign(s.config.verbosity, parse_integer(g, 0, kMostVerbose));
       s.config.verbosity = std::min(s.config.verbosity + 1, kMostVerbose);
       return {};
     },
     .echo = show<&Config::verbosity>},
};

}  // namespace

std::span<const Option> output_options() { return kOptions; }

}  // namespace masscan::cli
