// Rows: banners and payloads. None of them is supported by a scan yet, except the capture file,
// which stands here because of the order of --echo.
#include "base/check.h"
#include "cli/options/echo_values.h"
#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"
#include "payloads/payload.h"
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

Result<void> set_banners(Settings& settings, bool on) {
  settings.reading.banners = on;
  settings.config.banners = on;
  return {};
}

Result<void> switch_on_banners(Settings& settings, const OptionUse& use) {
  return set_banners(settings, TRY(parse_flag(use)));
}

Result<void> switch_off_banners(Settings& settings, const OptionUse& use) {
  return set_banners(settings, !TRY(parse_flag(use)));
}

Result<void> add_udp_payload(Settings& settings, const OptionUse& use) {
  std::string value = TRY(parse_text(use));
  TRY(payloads::parse_payload_option(value));
  settings.config.udp_payloads.push_back(std::move(value));
  return {};
}

// By default certificates are kept, and nothing else.
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
  for (const setup::UnsupportedSetting& kept : config.unsupported) {
    if (kept.name == "capture" && kept.value == "servername") return true;
  }
  return false;
}

// Only --readscan and --diff use it.
Result<void> add_banner_type(Settings& settings, const OptionUse& use) {
  const std::string name = TRY(canonical_word(use, kApplications));
  const auto application = record::parse_banner_type(name);
  CHECK(application.has_value());
  settings.reading.applications.push_back(*application);
  add_unsupported(settings, use, use.option->name, name);
  return {};
}

constexpr Option kOptions[] = {
    {.name = "banners",
     .aliases = "banner",
     .help = "Write what services answer too. Of UDP services only; of TCP not yet.",
     .apply = switch_on_banners,
     .echo = show<&Config::banners>},
    {.name = "nobanners",
     .aliases = "nobanner",
     .echoed_in = "banners",
     .apply = switch_off_banners},
    not_yet("rawudp", "", unsupported<canonical_flag>),
    {.name = "banner-types",
     .aliases = "banner-type banner-apps banner-app",
     .value_name = "NAME",
     .help = "With --readscan or --diff: only banners of this kind. May be repeated.",
     .apply = add_banner_type},
    {.name = "nmap-payloads",
     .aliases = "nmap-payload",
     .value_name = "FILE",
     .may_be_empty = true,
     .help =
         "Send the payloads of this file, in the format of nmap-payloads, to the UDP ports that "
         "it names.",
     .apply = set<&Config::nmap_payloads>,
     .echo = show<&Config::nmap_payloads>},
    without_effect("nmap-service-probes nmap-service-probe", "[FILE]",
                   "changes nothing; nmap's service probes are never sent",
                   unsupported_with_note<parse_text>),
    {.name = "pcap-filename",
     .aliases = "pcap",
     .value_name = "FILE",
     .may_be_empty = true,
     .help = "Write the TCP packets that answer to a capture file; with --offline write the "
             "probes. '-' is standard output.",
     .apply = set<&Config::capture>,
     .echo = show<&Config::capture>},
    {.name = "pcap-payloads",
     .aliases = "pcap-payload",
     .value_name = "FILE",
     .may_be_empty = true,
     .help = "Send the UDP datagrams of this capture file to the ports that they were sent to.",
     .apply = set<&Config::pcap_payloads>,
     .echo = show<&Config::pcap_payloads>},
    {.name = "udp-payload",
     .value_name = "PORTS:HEX",
     .help =
         "Send these bytes to these UDP ports; PORTS:@FILE: the bytes of a file. May be repeated.",
     .apply = add_udp_payload,
     .echo = [](const Config& config) { return config.udp_payloads; }},
    {.name = "allow-amplifying",
     .help = "Send UDP requests too whose answers are more than ten times as long.",
     .apply = set<&Config::allow_amplifying>,
     .echo = show<&Config::allow_amplifying>},
    not_yet("hello", "KIND", unsupported_list<word_of<kHellos>>),
    not_yet("hello-file hello-filename", "FILE", unsupported<parse_text>, Index::kPort),
    not_yet("hello-string", "BASE64", unsupported<canonical_base64>, Index::kPort),
    not_yet("hello-timeout", "SECONDS", unsupported<canonical_seconds>),
    not_yet("connection-timeout tcp-timeout", "SECONDS", unsupported<canonical_seconds>),
    not_yet("heartbleed", "", unsupported<canonical_flag>),
    not_yet("ticketbleed", "", unsupported<canonical_flag>),
    not_yet("vuln", "NAME", unsupported_list<word_of<kVulnerabilities>>),
    not_yet("http-cookie", "[TEXT]", unsupported_list<parse_text>),
    not_yet("http-header http-field", "[NAME:VALUE]", unsupported_list<canonical_header>,
            Index::kField),
    not_yet("http-method", "[TEXT]", unsupported<parse_text>),
    not_yet("http-version", "[TEXT]", unsupported<parse_text>),
    not_yet("http-url http-uri", "[TEXT]", unsupported<parse_text>),
    not_yet("http-user-agent", "[TEXT]", unsupported<parse_text>),
    not_yet("http-host", "[TEXT]", unsupported<parse_text>),
    not_yet("http-payload", "[TEXT]", unsupported<parse_text>),
    not_yet("http-field-remove", "NAME", unsupported_list<parse_text>),
    without_effect("min-packet min-pkt", "OCTETS",
                   "changes nothing; probes have the length they need",
                   unsupported_with_note<canonical_integer<0, 65535, kUsualPacket>>),
    // Has no effect, because no banner is kept. masscan writes these lines for its own default,
    // twice; --echo writes them too, because scripts compare the files.
    {.name = "nocapture",
     .echoed_in = "capture nocapture",
     .value_name = "KIND",
     .apply = [](Settings& s, const OptionUse& g) { return set_capture(s, g, false); },
     .echo =
         [](const setup::Config& c) {
           return std::vector<std::string>(keeps_names(c) ? 0 : 2, "servername");
         }},
    {.name = "capture",
     .echoed_in = "capture nocapture",
     .value_name = "KIND",
     .apply = [](Settings& s, const OptionUse& g) { return set_capture(s, g, true); }},
};

}  // namespace

std::span<const Option> banner_options() { return kOptions; }

}  // namespace masscan::cli
