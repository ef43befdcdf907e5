#include "record/application.h"

#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace masscan::record {
namespace {

struct Names {
  std::string_view printed;
  std::string_view type;  // in --banner-types; empty if masscan has no name
  std::string_view other_type = {};
};

// Indexed by number.
constexpr std::array kNames = {
    Names{"unknown", ""},
    Names{"unknown", ""},
    Names{"ssh", "ssh1"},
    Names{"ssh", "ssh2", "ssh"},
    Names{"http", "http"},
    Names{"ftp", "ftp"},
    Names{"dns-ver", "dns-ver"},
    Names{"snmp", "snmp"},
    Names{"nbtstat", "nbtstat"},
    Names{"ssl", "ssl"},
    Names{"smb", "smb"},
    Names{"smtp", "smtp"},
    Names{"pop", "pop"},
    Names{"imap", "imap"},
    Names{"zeroaccess", "zeroaccess"},
    Names{"X509", "x509"},
    Names{"X509CA", "x509ca"},
    Names{"title", "title"},
    Names{"html", "html"},
    Names{"ntp", "ntp"},
    Names{"vuln", "vuln"},
    Names{"heartbleed", "heartbleed"},
    Names{"ticketbleed", "ticketbleed"},
    Names{"vnc", "vnc-old"},
    Names{"safe", "safe"},
    Names{"memcached", "memcached"},
    Names{"scripting", "scripting"},
    Names{"versioning", "versioning"},
    Names{"coap", "coap"},
    Names{"telnet", "telnet"},
    Names{"rdp", "rdp"},
    Names{"http.server", "http.server"},
    Names{"minecraft", "minecraft"},
    Names{"vnc", "vnc"},
    Names{"vnc-info", "vnc-info"},
    Names{"isakmp", "isakmp"},
    Names{"error", ""},
};

// Indexed by number, from kFirstOwn on.
constexpr std::array<std::string_view, 64> kOwnNames = {
    "echo",          "qotd",       "chargen",      "tftp",      "portmap",
    "nfs",           "rip",        "radius",       "kerberos",  "ldap",
    "mdns",          "ssdp",       "ws-discovery", "sip",       "stun",
    "l2tp",          "openvpn",    "quic",         "dtls",      "gtp",
    "nat-pmp",       "pcp",        "ipmi",         "bacnet",    "enip",
    "mssql",         "ubiquiti",   "quake",        "source",    "teamspeak",
    "mac",           "rsync",      "finger",       "irc",       "nntp",
    "mysql",         "postgresql", "redis",        "mongodb",   "oracle",
    "mqtt",          "amqp",       "socks",        "rtsp",      "xmpp",
    "elasticsearch", "docker",     "etcd",         "zookeeper", "cassandra",
    "kafka",         "modbus",     "s7",           "dnp3",      "iec-104",
    "adb",           "jdwp",       "git",          "svn",       "x11",
    "afp",           "iscsi",      "ssh-keys",     "rmi"};
constexpr std::size_t kFirstOwn = static_cast<std::size_t>(Application::kFirstOwn);
static_assert(kFirstOwn + kOwnNames.size() == static_cast<std::size_t>(Application::kRmi) + 1);

constexpr std::size_t number_of(Application application) {
  return static_cast<std::size_t>(application);
}

bool is_own(std::size_t number) {
  return number >= kFirstOwn && number - kFirstOwn < kOwnNames.size();
}

std::optional<Application> parse_own(std::string_view name) {
  const auto found = std::ranges::find(kOwnNames, name);
  if (found == kOwnNames.end()) return std::nullopt;
  return static_cast<Application>(kFirstOwn + (found - kOwnNames.begin()));
}

}  // namespace

void append_name(std::string& out, Application application) {
  const std::size_t number = number_of(application);
  if (number < kNames.size()) {
    out += kNames[number].printed;
  } else if (is_own(number)) {
    out += kOwnNames[number - kFirstOwn];
  } else {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("({})"), number);
  }
}

std::optional<Application> parse_application(std::string_view name) {
  if (name == kNames.front().printed) return Application::kUnknown;
  for (std::size_t number = kNames.size(); number-- > 0;) {
    if (name == kNames[number].printed) return static_cast<Application>(number);
  }
  if (const auto own = parse_own(name)) return own;
  if (!name.starts_with('(') || !name.ends_with(')')) return std::nullopt;
  const auto number = parse_number<std::uint16_t>(name.substr(1, name.size() - 2));
  if (!number || *number < kNames.size() || is_own(*number)) return std::nullopt;
  return static_cast<Application>(*number);
}

std::optional<Application> parse_banner_type(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t number = 0; number < kNames.size(); ++number) {
    if (name == kNames[number].type || name == kNames[number].other_type) {
      return static_cast<Application>(number);
    }
  }
  return parse_own(name);
}

std::string_view banner_type(Application application) {
  const std::size_t number = number_of(application);
  if (is_own(number)) return kOwnNames[number - kFirstOwn];
  return number < kNames.size() ? kNames[number].type : std::string_view();
}

}  // namespace masscan::record
