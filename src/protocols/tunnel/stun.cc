// STUN (RFC 8489): a Binding request, which changes nothing. Servers say who made them.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::uint16_t kSuccess = 0x0101;
constexpr std::uint16_t kFailure = 0x0111;
constexpr std::uint16_t kErrorCode = 0x0009;
constexpr std::uint16_t kSoftware = 0x8022;

std::optional<banner::UdpAnswer> read_stun(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto type = in.be<std::uint16_t>();
  const auto length = in.be<std::uint16_t>();
  if (in.be<std::uint32_t>() != kMagicCookie || (type != kSuccess && type != kFailure)) return {};
  const auto token = in.be<std::uint32_t>();
  in.skip(8);
  if (!in.is_ok() || length != in.left()) return {};

  banner::Facts facts(text);
  facts.add(type == kSuccess ? "binding" : "binding refused");
  banner::StatedSoftware software;
  while (in.left() > 0) {
    const auto attribute = in.be<std::uint16_t>();
    const auto size = in.be<std::uint16_t>();
    banner::Reader value(in.take(size));
    in.skip(-size & 3);  // to a multiple of four bytes
    if (attribute == kSoftware) {
      software.name = as_text(value.rest());
      facts.add("software", software.name);
    }
    if (attribute != kErrorCode) continue;
    value.skip(2);
    const unsigned hundreds = value.be<std::uint8_t>() & 7u;
    facts.add("error", hundreds * 100 + value.be<std::uint8_t>());
  }
  return banner::UdpAnswer{.application = record::Application::kStun,
                           .token = token,
                           .token_bits = ~0u,
                           .software = software};
}

constexpr std::uint16_t kStunPorts[] = {3478};
constexpr banner::UdpRequest kStunRequests[] = {{
    .name = "stun-binding",
    .payload = "\x00\x01\x00\x00\x21\x12\xa4\x42"
               "????masscan1"sv,
    .token_at = 8,
    .token_bits = ~0u,
    .amplification = 7,  // 140 bytes with the addresses of RFC 5780
}};

}  // namespace

const banner::UdpProtocol kStun = {"stun", kStunPorts, kStunRequests, read_stun};

}  // namespace masscan::protocols
