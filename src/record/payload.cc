#include "record/payload.h"

#include <algorithm>
#include <array>

namespace masscan::record {
namespace {

// Their order is that of the numbers, which spools store: append only. None is before the first
// space.
constexpr std::string_view kWords =
    " echo qotd chargen dns-version dns-localhost dns-root tftp-read portmap-null nfs-null "
    "ntp-time ntp-variables netbios-status snmp-v1 snmp-v2c snmp-v3 cldap-root kerberos-as "
    "rip-v2 rip-v1 rip-table radius-status radius-access mdns-services memcached-version "
    "coap-ping coap-core ssdp-root ws-discovery-any ws-discovery-devices sip-options isakmp-v1 "
    "isakmp-v2 isakmp-nat-v1 isakmp-nat-v2 l2tp-sccrq openvpn-reset quic-version dtls-hello "
    "stun-binding gtp-v1 gtp-v2 bacnet-who-is bacnet-names ipmi-authentication ipmi-ping "
    "nat-pmp-address pcp-announce ubiquiti-discovery ethernet-ip-identity mssql-instances "
    "quake-info quake-status source-info teamspeak-init bedrock-ping ";

constexpr auto kNames = [] {
  std::array<std::string_view, std::ranges::count(kWords, ' ')> names;
  std::string_view rest = kWords;
  for (std::string_view& name : names) {
    name = rest.substr(0, rest.find(' '));
    rest.remove_prefix(name.size() + 1);
  }
  return names;
}();

}  // namespace

std::string_view payload_name(std::uint8_t number) {
  return number < kNames.size() ? kNames[number] : "";
}

std::uint8_t payload_number(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  return static_cast<std::uint8_t>(found == kNames.end() ? 0 : found - kNames.begin());
}

}  // namespace masscan::record
