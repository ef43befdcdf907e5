// GTP of mobile networks: echo requests of version 1 (3GPP TS 29.060, 7.2.1; TS 29.281 for the user
// plane on port 2152) and of version 2 (TS 29.274, 7.1.1).
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using record::Application;

constexpr std::uint8_t kEchoResponse = 2;
constexpr std::uint8_t kVersionNotSupported = 3;

// Adds the restart counter, an element whose header has `header` bytes.
void add_recovery(banner::Reader& in, std::uint8_t type, std::size_t header, banner::Facts& facts) {
  if (in.be<std::uint8_t>() != type) return;
  in.skip(header - 1);
  const auto restarts = in.be<std::uint8_t>();
  if (in.is_ok()) facts.add("restarts", restarts);
}

std::optional<banner::UdpAnswer> read_gtp(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto flags = in.be<std::uint8_t>();
  const auto type = in.be<std::uint8_t>();
  const auto length = in.be<std::uint16_t>();
  const unsigned version = flags >> 5;
  const bool is_v1 = version == 1 && (flags & 0x12) == 0x12;  // GTP, not GTP'; with a number
  const bool is_v2 = version == 2 && (flags & 0x08) == 0;     // without an endpoint identifier
  if (type != kEchoResponse && type != kVersionNotSupported) return {};
  if ((!is_v1 && !is_v2) || length < 4 || length != datagram.size() - 4 - (is_v1 ? 4 : 0)) {
    return {};
  }
  if (is_v1) in.skip(4);
  const auto number = in.be<std::uint32_t>();
  banner::Facts facts(text);
  facts.add(is_v1 ? "GTPv1" : "GTPv2");
  if (type == kVersionNotSupported) facts.add("version not supported");
  if (type == kEchoResponse) add_recovery(in, is_v1 ? 14 : 3, is_v1 ? 1 : 4, facts);
  const std::uint32_t request = type == kVersionNotSupported ? ~0u : is_v1 ? 1 : 2;
  return banner::UdpAnswer{Application::kGtp, number, is_v1 ? 0xffff0000 : 0xffffff00, request};
}

constexpr banner::UdpRequest kEchoV1 = {
    .name = "gtp-v1",
    .payload = "\x32\x01\x00\x04\x00\x00\x00\x00??\x00\x00"sv,
    .token_at = 8,
    .token_bits = 0xffff0000,
    .amplification = 1.2,
};
constexpr banner::UdpRequest kEchoV2 = {
    .name = "gtp-v2",
    .payload = "\x40\x01\x00\x09???\x00\x03\x00\x01\x00\x00"sv,
    .token_at = 4,
    .token_bits = 0xffffff00,
    .amplification = 1.5,
};

constexpr std::uint16_t kControlPorts[] = {2123};
constexpr banner::UdpRequest kControlRequests[] = {kEchoV1, kEchoV2};
constexpr std::uint16_t kUserPorts[] = {2152};
constexpr banner::UdpRequest kUserRequests[] = {kEchoV1};

}  // namespace

const banner::UdpProtocol kGtpControl = {"gtp", kControlPorts, kControlRequests, read_gtp};
const banner::UdpProtocol kGtpUser = {"gtp-u", kUserPorts, kUserRequests, read_gtp};

}  // namespace masscan::protocols
