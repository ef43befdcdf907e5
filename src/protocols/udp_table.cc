#include "protocols/udp_table.h"

#include <algorithm>
#include <array>

#include "protocols/device/protocols.h"
#include "protocols/game/protocols.h"
#include "protocols/network/protocols.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

constexpr std::array kProtocols = {
    &kEcho,         &kQotd,      &kChargen,  &kDns,        &kTftp,         &kPortmap,
    &kNfs,          &kNtp,       &kNetbios,  &kSnmp,       &kCldap,        &kKerberos,
    &kRip,          &kRadius,    &kMdns,     &kMemcached,  &kCoap,         &kSsdp,
    &kWsDiscovery,  &kSip,       &kIsakmp,   &kIsakmpNat,  &kL2tp,         &kOpenvpn,
    &kQuic,         &kDtls,      &kStun,     &kGtpControl, &kGtpUser,      &kBacnet,
    &kIpmi,         &kNatPmp,    &kUbiquiti, &kEthernetIp, &kMssqlBrowser, &kQuake,
    &kSourceEngine, &kTeamspeak, &kBedrock,
};

}  // namespace

std::span<const banner::UdpProtocol* const> udp_protocols() { return kProtocols; }

std::optional<banner::UdpAnswer> read_udp(std::uint16_t port, Bytes datagram, std::string& text) {
  for (const bool is_usual : {true, false}) {
    for (const banner::UdpProtocol* const protocol : kProtocols) {
      const bool is_asked = std::ranges::find(protocol->ports, port) != protocol->ports.end();
      if (is_asked != is_usual) continue;
      auto answer = protocol->read(datagram, text);
      if (!answer) continue;
      answer->protocol = protocol;
      return answer;
    }
  }
  return std::nullopt;
}

}  // namespace masscan::protocols
