// Rows: what is said to open ports and kept of the answers, and payloads of probes. No scan obeys
// them yet, but for the capture file, which stands here for the order of --echo.
#include "base/check.h"
#include "cli/canonical.h"
#include "cli/options.h"
#include "cli/planned.h"
#include "cli/settings.h"
#include "cli/value.h"
#include "report/application.h"

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
Result<std::string> word_of(const Given& given) {
  return canonical_word(given, words);
}

Result<void> switch_on_banners(Settings& settings, const Given& given) {
  settings.reading.banners = TRY(parse_flag(given));
  return plan<canonical_flag>(settings, given);
}

Result<void> switch_off_banners(Settings& settings, const Given& given) {
  settings.reading.banners = !TRY(parse_flag(given));
  keep_planned(settings, given, "banners", TRY(parse_flag(given)) ? "" : "true");
  return {};
}

// Certificates are kept if nothing is said, and nothing else is.
Result<void> set_capture(Settings& settings, const Given& given, bool on) {
  const std::string kind = TRY(canonical_word(given, kCaptures));
  const bool is_usual = on == (kind == "cert");
  for (const std::string_view name : {"capture", "nocapture"}) {
    drop_planned(settings, name, kind);
  }
  if (!is_usual) add_planned(settings, given, on ? "capture" : "nocapture", kind);
  return {};
}

bool keeps_names(const scan::Config& config) {
  for (const scan::PlannedSetting& planned : config.planned) {
    if (planned.name == "capture" && planned.value == "servername") return true;
  }
  return false;
}

// Only readers of files obey.
Result<void> add_banner_type(Settings& settings, const Given& given) {
  const std::string name = TRY(canonical_word(given, kApplications));
  const auto application = report::parse_banner_type(name);
  CHECK(application.has_value());
  settings.reading.applications.push_back(*application);
  add_planned(settings, given, given.option->name, name);
  return {};
}

constexpr Option kOptions[] = {
    {.name = "banners", .aliases = "banner", .apply = switch_on_banners},
    {.name = "nobanners",
     .aliases = "nobanner",
     .echoed_in = "banners",
     .apply = switch_off_banners},
    {.name = "rawudp", .apply = plan<canonical_flag>},
    {.name = "banner-types",
     .aliases = "banner-type banner-apps banner-app",
     .argument = Argument::kRequired,
     .value_name = "NAME",
     .help = "With --readscan or --diff: banners of this kind and nothing else; may be repeated.",
     .apply = add_banner_type},
    {.name = "nmap-payloads",
     .aliases = "nmap-payload",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "nmap-service-probes",
     .aliases = "nmap-service-probe",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .reason = "changes nothing; nmap's service probes are never sent",
     .apply = plan_with_note<parse_text>},
    {.name = "pcap-filename",
     .aliases = "pcap",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .help =
         "Capture the TCP packets that answer; with --offline the probes. '-': standard output.",
     .apply = [](Settings& s, const Given& g) { return assign(s.config.capture, parse_text(g)); },
     .echo = [](const scan::Config& c) { return echo_if(!c.capture.empty(), c.capture); }},
    {.name = "pcap-payloads",
     .aliases = "pcap-payload",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "hello",
     .argument = Argument::kRequired,
     .value_name = "KIND",
     .apply = plan_also<word_of<kHellos>>},
    {.name = "hello-file",
     .aliases = "hello-filename",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .index = Index::kPort,
     .apply = plan<parse_text>},
    {.name = "hello-string",
     .argument = Argument::kRequired,
     .value_name = "BASE64",
     .index = Index::kPort,
     .apply = plan<canonical_base64>},
    {.name = "hello-timeout",
     .argument = Argument::kRequired,
     .value_name = "SECONDS",
     .apply = plan<canonical_seconds>},
    {.name = "connection-timeout",
     .aliases = "tcp-timeout",
     .argument = Argument::kRequired,
     .value_name = "SECONDS",
     .apply = plan<canonical_seconds>},
    {.name = "heartbleed", .apply = plan<canonical_flag>},
    {.name = "ticketbleed", .apply = plan<canonical_flag>},
    {.name = "vuln",
     .argument = Argument::kRequired,
     .value_name = "NAME",
     .apply = plan_also<word_of<kVulnerabilities>>},
    {.name = "http-cookie",
     .argument = Argument::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = plan_also<parse_text>},
    {.name = "http-header",
     .aliases = "http-field",
     .argument = Argument::kRequired,
     .value_name = "NAME:VALUE",
     .index = Index::kField,
     .may_be_empty = true,
     .apply = plan_also<canonical_header>},
    {.name = "http-method",
     .argument = Argument::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "http-version",
     .argument = Argument::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "http-url",
     .aliases = "http-uri",
     .argument = Argument::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "http-user-agent",
     .argument = Argument::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "http-host",
     .argument = Argument::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "http-payload",
     .argument = Argument::kRequired,
     .value_name = "TEXT",
     .may_be_empty = true,
     .apply = plan<parse_text>},
    {.name = "http-field-remove",
     .argument = Argument::kRequired,
     .value_name = "NAME",
     .apply = plan_also<parse_text>},
    {.name = "min-packet",
     .aliases = "min-pkt",
     .argument = Argument::kRequired,
     .value_name = "OCTETS",
     .reason = "changes nothing; probes have the length they need",
     .apply = plan_with_note<canonical_integer<0, 65535, kUsualPacket>>},
    // No banner is kept, so leaving out more of it changes nothing. masscan writes these lines for
    // its own default, twice, and what compares its files finds them here too.
    {.name = "nocapture",
     .echoed_in = "capture nocapture",
     .argument = Argument::kRequired,
     .value_name = "KIND",
     .apply = [](Settings& s, const Given& g) { return set_capture(s, g, false); },
     .echo =
         [](const scan::Config& c) {
           return std::vector<std::string>(keeps_names(c) ? 0 : 2, "servername");
         }},
    {.name = "capture",
     .echoed_in = "capture nocapture",
     .argument = Argument::kRequired,
     .value_name = "KIND",
     .apply = [](Settings& s, const Given& g) { return set_capture(s, g, true); }},
};

}  // namespace

std::span<const Option> banner_options() { return kOptions; }

}  // namespace masscan::cli
