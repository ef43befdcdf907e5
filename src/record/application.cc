#include "record/application.h"

#include <fmt/compile.h>

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

constexpr std::size_t number_of(Application application) {
  return static_cast<std::size_t>(application);
}

}  // namespace

void append_name(std::string& out, Application application) {
  const std::size_t number = number_of(application);
  if (number < kNames.size()) {
    out += kNames[number].printed;
  } else {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("({})"), number);
  }
}

std::optional<Application> parse_application(std::string_view name) {
  if (name == kNames.front().printed) return Application::kUnknown;
  for (std::size_t number = kNames.size(); number-- > 0;) {
    if (name == kNames[number].printed) return static_cast<Application>(number);
  }
  if (!name.starts_with('(') || !name.ends_with(')')) return std::nullopt;
  const auto number = parse_number<std::uint16_t>(name.substr(1, name.size() - 2));
  if (!number || *number < kNames.size()) return std::nullopt;
  return static_cast<Application>(*number);
}

std::optional<Application> parse_banner_type(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (std::size_t number = 0; number < kNames.size(); ++number) {
    if (name == kNames[number].type || name == kNames[number].other_type) {
      return static_cast<Application>(number);
    }
  }
  return std::nullopt;
}

std::string_view banner_type(Application application) {
  const std::size_t number = number_of(application);
  return number < kNames.size() ? kNames[number].type : std::string_view();
}

}  // namespace masscan::record
