// Rows: what is said to open ports and kept of the answers, and payloads of probes. No scan obeys
// them yet, but for the capture file, which stands here for the order of --echo.
#include "base/check.h"
#include "cli/options/echo_values.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"
#include "record/application.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kUsualPacket = 60;  // octets; the least that Ethernet carries
constexpr std::string_view kHellos = "ssl http smbv1";
constexpr std::string_view kCaptures = "cert servername html heartbleed ticketbleed";
constexpr std::string_view kVulnerabilities = "heartbleed ticketbleed poodle sslv3 ntp-monlist";
constexpr std::string_view kApplications =
    "ssh1 ssh2 ssh http ftp dns-ver snmp nbtstat ssl smtp smb pop imap x509 x509ca zeroaccess "
    "title html ntp vuln heartbleed ticketbleed vnc-old safe memcached scripting versioning coap "
    "telnet rdp http.server minecraft vnc vnc-info isakmp";

template <const std::string_view& words>
Result<std::string> word_of(const OptionUse& use) {
  return canonical_word(use, words);
}

Result<void> switch_on_banners(Settings& settings, const OptionUse& use) {
  settings.reading.banners = TRY(parse_flag(use));
  return unsupported<canonical_flag>(settings, use);
}

Result<void> switch_off_banners(Settings& settings, const OptionUse& use) {
  settings.reading.banners = !TRY(parse_flag(use));
  keep_unsupported(settings, use, "banners", TRY(parse_flag(use)) ? "" : "true");
  return {};
}

// Certificates are kept if nothing is said, and nothing else is.
Result<void> set_capture(Settings& settings, const OptionUse& use, bool on) {
  const std::string kind = TRY(canonical_word(use, kCaptures));
  const bool is_usual = on == (kind == "cert");
  for (const std::string_view name : {"capture", "nocapture"}) {
    drop_unsupported(settings, name, kind);
  }
  if (!is_usual) add_unsupported(settings, use, on ? "capture" : "nocapture", kind);
  return {};
}

bool keeps_names(const setup::Config& config) {
  for (const setup::UnsupportedSetting& planned : config.unsupported) {
    if (planned.name == "capture" && planned.value == "servername") return true;
  }
  return false;
}

// Only readers of files obey.
Result<void> add_banner_type(Settings& settings, const OptionUse& use) {
  const std::string name = TRY(canonical_word(use, kApplications));
  const auto application = record::parse_banner_type(name);
  CHECK(application.has_value());
  settings.reading.applications.push_back(*application);
  add_unsupported(settings, use, use.option->name, name);
  return {};
}

constexpr Option kOptions[] = {
    {.name = "banners", .aliases = "banner", .apply = switch_on_banners},
    {.name = "nobanners",
     .aliases = "nobanner",
     .echoed_in = "banners",
     .apply = switch_off_banners},
    {.name = "rawudp", .apply = unsupported<canonical_flag>},
    {.name = "banner-types",
     .aliases = "banner-type banner-apps banner-app",
     .arity = Arity::kRequired,
     .value_name = "NAME",
     .help = "With --readscan or --diff: banners of this kind and nothing else; may be repeated.",
     .apply = add_banner_type},
    {.name = "nmap-payloads",
     .aliases = "nmap-payload",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "nmap-service-probes",
     .aliases = "nmap-service-probe",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .reason = "changes nothing; nmap's service probes are never sent",
     .apply = unsupported_with_note<parse_text>},
    {.name = "pcap-filename",
     .aliases = "pcap",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .help =
         "Capture the TCP packets that answer; with --offline the probes. '-': standard output.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.capture, parse_text(g)); },
     .echo = [](const setup::Config& c) { return echo_if(!c.capture.empty(), c.capture); }},
    {.name = "pcap-payloads",
     .aliases = "pcap-payload",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "hello",
     .arity = Arity::kRequired,
     .value_name = "KIND",
     .apply = unsupported_list<word_of<kHellos>>},
    {.name = "hello-file",
     .aliases = "hello-filename",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .index = Index::kPort,
     .apply = unsupported<parse_text>},
    {.name = "hello-string",
     .arity = Arity::kRequired,
     .value_name = "BASE64",
     .index = Index::kPort,
     .apply = unsupported<canonical_base64>},
    {.name = "hello-timeout",
     .arity = Arity::kRequired,
     .value_name = "SECONDS",
     .apply = unsupported<canonical_seconds>},
    {.name = "connection-timeout",
     .aliases = "tcp-timeout",
     .arity = Arity::kRequired,
     .value_name = "SECONDS",
     .apply = unsupported<canonical_seconds>},
    {.name = "heartbleed", .apply = unsupported<canonical_flag>},
    {.name = "ticketbleed", .apply = unsupported<canonical_flag>},
    {.name = "vuln",
     .arity = Arity::kRequired,
     .value_name = "NAME",
     .apply = unsupported_list<word_of<kVulnerabilities>>},
    {.name = "http-cookie",
     .arity = Arity::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = unsupported_list<parse_text>},
    {.name = "http-header",
     .aliases = "http-field",
     .arity = Arity::kRequired,
     .value_name = "NAME:VALUE",
     .index = Index::kField,
     .may_be_empty = true,
     .apply = unsupported_list<canonical_header>},
    {.name = "http-method",
     .arity = Arity::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "http-version",
     .arity = Arity::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "http-url",
     .aliases = "http-uri",
     .arity = Arity::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "http-user-agent",
     .arity = Arity::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "http-host",
     .arity = Arity::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "http-payload",
     .arity = Arity::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = unsupported<parse_text>},
    {.name = "http-field-remove",
     .arity = Arity::kRequired,
     .value_name = "NAME",
     .apply = unsupported_list<parse_text>},
    {.name = "min-packet",
     .aliases = "min-pkt",
     .arity = Arity::kRequired,
     .value_name = "OCTETS",
     .reason = "changes nothing; probes have the length they need",
     .apply = unsupported_with_note<canonical_integer<0, 65535, kUsualPacket>>},
    // No banner is kept, so leaving out more of it changes nothing. masscan writes these lines for
    // its own default, twice, and what compares its files finds them here too.
    {.name = "nocapture",
     .echoed_in = "capture nocapture",
     .arity = Arity::kRequired,
     .value_name = "KIND",
     .apply = [](Settings& s, const OptionUse& g) { return set_capture(s, g, false); },
     .echo =
         [](const setup::Config& c) {
           return std::vector<std::string>(keeps_names(c) ? 0 : 2, "servername");
         }},
    {.name = "capture",
     .echoed_in = "capture nocapture",
     .arity = Arity::kRequired,
     .value_name = "KIND",
     .apply = [](Settings& s, const OptionUse& g) { return set_capture(s, g, true); }},
};

}  // namespace

std::span<const Option> banner_options() { return kOptions; }

}  // namespace masscan::cli
