// OpenVPN: the first packet of a client without a pre-shared key (P_CONTROL_HARD_RESET_CLIENT_V2).
// Servers with --tls-auth or --tls-crypt do not answer it.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

// With key 0. A server that serves one client alone only acknowledges what another one sends.
constexpr std::uint8_t kHardResetServerV2 = 8 << 3;
constexpr std::uint8_t kAck = 5 << 3;

std::optional<banner::UdpAnswer> read_openvpn(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto type = in.be<std::uint8_t>();
  if (type != kHardResetServerV2 && type != kAck) return {};
  in.skip(8);  // the server's session
  const auto acknowledged = in.be<std::uint8_t>();
  if (acknowledged == 0 || acknowledged > 8) return {};
  in.skip(4u * acknowledged);
  const auto token = in.be<std::uint32_t>();  // the session of the client, which is ours
  in.skip(4);
  if (type == kHardResetServerV2) in.skip(4);  // the server's packet number
  if (!in.is_ok()) return {};
  banner::Facts(text).add(type == kAck ? "ACK" : "HARD_RESET_SERVER_V2");
  return banner::UdpAnswer{record::Application::kOpenvpn, token, ~0u};
}

constexpr std::uint16_t kOpenvpnPorts[] = {1194};
constexpr banner::UdpRequest kOpenvpnRequests[] = {{
    .name = "openvpn-reset",
    .payload = "\x38????scan\x00\x00\x00\x00\x00"sv,
    .token_at = 1,
    .token_bits = ~0u,
    .amplification = 10,  // 26 bytes, five times until the server gives up
}};

}  // namespace

const banner::UdpProtocol kOpenvpn = {"openvpn", kOpenvpnPorts, kOpenvpnRequests, read_openvpn};

}  // namespace masscan::protocols
