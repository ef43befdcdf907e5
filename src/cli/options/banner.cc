// Rows: banners and payloads, and the capture file, which stands here because of the order of
// --echo.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/options/echo_values.h"
#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"
#include "payloads/payload.h"
#include "record/application.h"
#include "record/escape.h"
#include "setup/banner_order.h"
#include "targets/host_name.h"

namespace masscan::cli {
namespace {

using banner::HttpField;
using banner::HttpRequest;
using banner::StreamSettings;

constexpr std::uint64_t kUsualPacket = 60;  // octets; the least that Ethernet carries
constexpr std::string_view kHellos = "http none ssl smbv1";
constexpr std::size_t kMostRead = std::size_t{1} << 20;
constexpr std::size_t kMostHello = std::size_t{1} << 20;
constexpr std::string_view kCaptureKinds = "cert servername html heartbleed ticketbleed";
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
  settings.config.raw_udp &= on;
  return {};
}

Result<void> switch_on_banners(Settings& settings, const OptionUse& use) {
  return set_banners(settings, TRY(parse_flag(use)));
}

Result<void> switch_off_banners(Settings& settings, const OptionUse& use) {
  return set_banners(settings, !TRY(parse_flag(use)));
}

Result<void> set_raw_udp(Settings& settings, const OptionUse& use) {
  settings.config.raw_udp = TRY(parse_flag(use));
  return settings.config.raw_udp ? set_banners(settings, true) : Result<void>();
}

Result<void> set_data_check(Settings& settings, const OptionUse& use) {
  settings.config.talk.checks_data = TRY(parse_flag(use));
  return settings.config.talk.checks_data ? set_banners(settings, true) : Result<void>();
}

Result<void> add_udp_payload(Settings& settings, const OptionUse& use) {
  std::string value = TRY(parse_text(use));
  TRY(payloads::parse_payload_option(value));
  settings.config.udp_payloads.push_back(std::move(value));
  return {};
}

// TLS, the other kind of masscan, is not spoken yet.
Result<void> set_hello(Settings& settings, const OptionUse& use) {
  std::string word = TRY(canonical_word(use, kHellos));
  const bool is_known = word != "ssl";
  settings.config.talk.hello = is_known ? word : "";
  drop_unsupported(settings, "hello");
  if (!is_known) add_unsupported(settings, use, "hello", std::move(word));
  return {};
}

Result<void> add_order(Settings& settings, const OptionUse& use) {
  std::string value = TRY(parse_text(use));
  protocols::HelloOrder scratch;
  TRY(setup::add_banner_order(value, scratch));
  settings.config.talk.orders.push_back(std::move(value));
  return {};
}

Result<void> set_hello_of(Settings& settings, const OptionUse& use, std::string bytes) {
  if (bytes.empty())
    return usage_error("{}: there are no bytes to say; to listen only, use --hello none",
                       use.place);
  if (bytes.size() > kMostHello)
    return usage_error("{}: a hello has at most {} bytes", use.place, kMostHello);
  settings.config.talk.hellos[*parse_number<std::uint16_t>(*use.index)] = std::move(bytes);
  return {};
}

Result<void> set_hello_string(Settings& settings, const OptionUse& use) {
  return set_hello_of(settings, use, record::decode_base64(TRY(canonical_base64(use))));
}

Result<void> read_hello_file(Settings& settings, const OptionUse& use) {
  const std::string path = TRY(parse_text(use));
  Result<std::string> bytes = read_file(path);
  if (!bytes) return usage_error("{}: {}", use.place, bytes.error().message);
  return set_hello_of(settings, use, std::move(bytes).value());
}

std::vector<std::string> show_hellos(const Config& config) {
  std::vector<std::string> values;
  for (const auto& [port, bytes] : config.talk.hellos) {
    std::string text = fmt::format("[{}] = ", port);
    record::append_base64(text, bytes);
    values.push_back(std::move(text));
  }
  return values;
}

// "ADDRESS=NAME"
Result<void> set_host_name(Settings& settings, const OptionUse& use) {
  const std::string value = TRY(parse_text(use));
  const auto equals = value.find('=');
  const auto address = net::IpAddress::parse(std::string_view(value).substr(0, equals));
  const std::string name = equals == std::string::npos ? "" : value.substr(equals + 1);
  if (!address || !targets::is_host_name(name))
    return usage_error("{}: '{}' is no address and its name; write 192.0.2.1=www.example.com",
                       use.place, value);
  settings.config.talk.host_names[*address] = name;
  return {};
}

std::vector<std::string> show_host_names(const Config& config) {
  std::vector<std::string> lines;
  for (const auto& [address, name] : config.talk.host_names)
    lines.push_back(fmt::format("{}={}", to_string(address), name));
  return lines;
}

// As masscan, 0 is the default.
Result<void> set_connection_timeout(Settings& settings, const OptionUse& use) {
  const Duration timeout = TRY(parse_seconds(use));
  settings.config.talk.connection_timeout =
      timeout > Duration{0} ? timeout : TalkConfig().connection_timeout;
  return {};
}

struct Capture {
  std::string_view kind;
  bool StreamSettings::*member;  // null: content is never kept
};
constexpr Capture kCaptures[] = {{"cert", &StreamSettings::keeps_certificates},
                                 {"servername", &StreamSettings::keeps_server_names},
                                 {"html", &StreamSettings::keeps_html},
                                 {"heartbleed", nullptr},
                                 {"ticketbleed", nullptr}};

template <bool on>
Result<void> set_capture(Settings& settings, const OptionUse& use) {
  const std::string kind = TRY(canonical_word(use, kCaptureKinds));
  const auto* const found = std::ranges::find(kCaptures, kind, &Capture::kind);
  if (found->member != nullptr) {
    settings.config.streams.*found->member = on;
  } else if (on) {
    add_note(settings, fmt::format("{} {}: changes nothing; what leaks from others is never kept",
                                   use.name, kind));
  }
  return {};
}

// masscan writes these lines for its own default, and twice; --echo does so too, because scripts
// compare the files.
template <bool on>
std::vector<std::string> show_captures(const Config& config) {
  std::vector<std::string> kinds;
  for (int time = 0; time < 2; ++time) {
    for (const auto& [kind, member] : kCaptures) {
      const bool is_shown = member != nullptr && kind != (on ? "cert" : "html");
      if (is_shown && config.streams.*member == on) kinds.emplace_back(kind);
    }
  }
  return kinds;
}

template <auto member>
constexpr Option http_text(std::string_view names, std::string_view help) {
  Option row = named(names, "[TEXT]");
  row.help = help;
  row.apply = set<member>;
  row.echo = show<member>;
  return row;
}

// Adds a text to those that were given before, once.
template <auto member, auto parse>
Result<void> add(Settings& settings, const OptionUse& use) {
  auto& list = field<member>(settings);
  auto value = TRY(parse(use));
  if (std::ranges::find(list, value) == list.end()) list.push_back(std::move(value));
  return {};
}

Result<HttpField> parse_http_field(const OptionUse& use) {
  const std::string text = TRY(canonical_header(use));
  const std::size_t colon = text.find(':');
  return HttpField{text.substr(0, colon), text.substr(colon + 1)};
}

std::vector<std::string> show_http_fields(const Config& config) {
  std::vector<std::string> lines;
  for (const auto& [name, value] : config.streams.http.fields) lines.push_back(name + ':' + value);
  return lines;
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
     .help = "Write what services say too: of UDP their answers, of TCP what they tell a client.",
     .apply = switch_on_banners,
     .echo = show<&Config::banners>},
    {.name = "nobanners",
     .aliases = "nobanner",
     .echoed_in = "banners",
     .apply = switch_off_banners},
    {.name = "rawudp",
     .echoed_in = "banners rawudp",
     .help = "Write all bytes of each UDP answer too, beside what they say. Implies --banners.",
     .apply = set_raw_udp,
     .echo = show<&Config::raw_udp>},
    {.name = "data-check",
     .echoed_in = "banners data-check",
     .help = "Write an open TCP port after it was talked to, and mark it as suspect if nothing "
             "speaks there. Implies --banners.",
     .apply = set_data_check,
     .echo = show<&TalkConfig::checks_data>},
    {.name = "banner-order",
     .value_name = "[PORTS:]NAMES",
     .help = "At these TCP ports, or at all, say the hellos of these protocols one after the other "
             "until the service is recognised: 8000-8100:http,redis. 'listen' waits for it to "
             "speak. May be repeated.",
     .apply = add_order,
     .echo = show<&TalkConfig::orders>},
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
     .echo = show<&Config::udp_payloads>},
    refused("udp-payloads", "VALUE",
            "masscan's own payloads are not sent, because servers drop some of them and answer "
            "others with much more; give --pcap-payloads a capture of them"),
    {.name = "allow-amplifying",
     .help = "Send UDP requests too whose answers are more than ten times as long.",
     .apply = set<&Config::allow_amplifying>,
     .echo = show<&Config::allow_amplifying>},
    {.name = "host-name",
     .value_name = "ADDRESS=NAME",
     .help = "What a web server at this address is called when it is asked. A target that is given "
             "by its name needs no such option. May be repeated.",
     .apply = set_host_name,
     .echo = show_host_names},
    {.name = "hello",
     .value_name = "KIND",
     .help =
         "What is said first at every port: http, smbv1, or none to listen only. By default the "
         "port decides.",
     .apply = set_hello,
     .echo = show<&TalkConfig::hello>},
    {.name = "hello-file",
     .aliases = "hello-filename",
     .echoed_in = "hello-string",
     .value_name = "FILE",
     .index = Index::kPort,
     .help = "Say the bytes of this file first at port N: --hello-file[N] FILE.",
     .apply = read_hello_file},
    {.name = "hello-string",
     .value_name = "BASE64",
     .index = Index::kPort,
     .help = "Say these bytes first at port N: --hello-string[N] BASE64.",
     .apply = set_hello_string,
     .echo = show_hellos},
    {.name = "hello-timeout",
     .value_name = "SECONDS",
     .help = "How long a service is listened to before it is asked, and for its answer.",
     .default_value = default_of<&TalkConfig::hello_timeout>,
     .apply = set<&TalkConfig::hello_timeout>,
     .echo = show<&TalkConfig::hello_timeout>},
    {.name = "connection-timeout",
     .aliases = "tcp-timeout",
     .value_name = "SECONDS",
     .help = "How long a connection to a service may last.",
     .default_value = default_of<&TalkConfig::connection_timeout>,
     .apply = set_connection_timeout,
     .echo = show<&TalkConfig::connection_timeout>},
    {.name = "banner-limit",
     .value_name = "BYTES",
     .help = "How much of what a service says on one connection is read.",
     .default_value = default_of<&TalkConfig::limit>,
     .apply = set<&TalkConfig::limit, 1024, kMostRead>,
     .echo = show<&TalkConfig::limit>},
    {.name = "max-conns",
     .value_name = "N",
     .help = "How many services are talked to at a time. Probes wait for others to end.",
     .default_value = default_of<&TalkConfig::most>,
     .apply = set<&TalkConfig::most, 1, 1'000'000>,
     .echo = show<&TalkConfig::most>},
    not_yet("heartbleed", "", unsupported<canonical_flag>),
    not_yet("ticketbleed", "", unsupported<canonical_flag>),
    not_yet("vuln", "NAME", unsupported_list<word_of<kVulnerabilities>>),
    {.name = "http-cookie",
     .value_name = "TEXT",
     .may_be_empty = true,
     .help = "Send a cookie to web servers. May be repeated.",
     .apply = add<&HttpRequest::cookies, parse_text>,
     .echo = show<&HttpRequest::cookies>},
    {.name = "http-header",
     .aliases = "http-field",
     .value_name = "NAME:VALUE",
     .index = Index::kField,
     .may_be_empty = true,
     .help = "Send a field in the place of the one of this name, or besides. May be repeated.",
     .apply = add<&HttpRequest::fields, parse_http_field>,
     .echo = show_http_fields},
    http_text<&HttpRequest::method>("http-method", "Method of requests to web servers."),
    http_text<&HttpRequest::version>("http-version", "Version in these requests."),
    http_text<&HttpRequest::url>("http-url http-uri", "What web servers are asked for."),
    http_text<&HttpRequest::user_agent>("http-user-agent", "How this program names itself."),
    http_text<&HttpRequest::host>("http-host",
                                  "The Host field, in the place of the target's name or address."),
    http_text<&HttpRequest::body>("http-payload", "Body of the request."),
    {.name = "http-field-remove",
     .value_name = "NAME",
     .help = "Send no field of this name. May be repeated.",
     .apply = add<&HttpRequest::removed, parse_text>,
     .echo = show<&HttpRequest::removed>},
    without_effect("min-packet min-pkt", "OCTETS",
                   "changes nothing; probes have the length they need",
                   unsupported_with_note<canonical_integer<0, 65535, kUsualPacket>>),
    {.name = "nocapture",
     .echoed_in = "capture",
     .value_name = "KIND",
     .help = "Do not keep what --capture names.",
     .apply = set_capture<false>,
     .echo = show_captures<false>},
    {.name = "capture",
     .echoed_in = "nocapture",
     .value_name = "KIND",
     .help = "Keep of what services say: cert (certificates; the default), html (web pages).",
     .apply = set_capture<true>,
     .echo = show_captures<true>},
};

}  // namespace

std::span<const Option> banner_options() { return kOptions; }

}  // namespace masscan::cli
