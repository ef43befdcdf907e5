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

// True if a service at this port may speak it because we asked.
bool is_expected(const banner::UdpProtocol& protocol, std::uint16_t port) {
  return protocol.answers_elsewhere ||
         std::ranges::find(protocol.ports, port) != protocol.ports.end();
}

std::optional<banner::UdpAnswer> read_by(std::uint16_t port, bool expected, Bytes datagram,
                                         std::string& text) {
  for (const banner::UdpProtocol* const protocol : kProtocols) {
    if (is_expected(*protocol, port) != expected) continue;
    const std::size_t before = text.size();
    auto answer = protocol->read(datagram, text);
    if (answer) {
      answer->protocol = protocol;
      return answer;
    }
    text.resize(before);
  }
  return std::nullopt;
}

}  // namespace

std::span<const banner::UdpProtocol* const> udp_protocols() { return kProtocols; }

std::optional<banner::UdpAnswer> read_expected_udp(std::uint16_t port, Bytes datagram,
                                                   std::string& text) {
  return read_by(port, true, datagram, text);
}

std::optional<banner::UdpAnswer> read_udp(std::uint16_t port, Bytes datagram, std::string& text) {
  const auto answer = read_expected_udp(port, datagram, text);
  return answer ? answer : read_by(port, false, datagram, text);
}

}  // namespace masscan::protocols
