// RADIUS (RFC 2865). Both requests name nobody: the status of a server (RFC 5997), and an access
// for which any server lacks the user. None accounts for anything.
#include "banner/answer_text.h"
#include "banner/reader.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint32_t kIdentifierBits = 0x00ff0000;
constexpr std::uint16_t kRadiusPorts[] = {1812, 1645, 1813, 1646};
// The signature of the first needs the secret; servers that do not check it answer.
constexpr banner::UdpRequest kRadiusRequests[] = {
    {.name = "radius-status",
     .payload = "\x0c\0\0\x26masscan-status!!\x50\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv,
     .token_bits = kIdentifierBits,
     .amplification = 2},
    {.name = "radius-access",
     .payload = "\x01\0\0\x1dmasscan-request!\x20\x09masscan"sv,
     .token_bits = kIdentifierBits,
     .amplification = 2}};

constexpr std::uint8_t kReplyMessage = 18;
constexpr std::size_t kAuthenticatorBytes = 16;
constexpr std::uint8_t kAttributeHeader = 2;

std::string_view name_of(std::uint8_t code) {
  if (code == 2) return "Access-Accept";
  if (code == 3) return "Access-Reject";
  if (code == 5) return "Accounting-Response";
  if (code == 11) return "Access-Challenge";
  return "";
}

bool add_attribute(banner::Reader& reader, banner::AnswerText& text) {
  const auto type = reader.be<std::uint8_t>();
  const auto length = reader.be<std::uint8_t>();
  if (length < kAttributeHeader) return false;
  const Bytes value = reader.take(length - kAttributeHeader);
  if (type == kReplyMessage) {
    text.add(" ");
    text.add(value);
  }
  return reader.is_ok();
}

std::optional<UdpAnswer> read_radius(Bytes datagram, std::string& out) {
  banner::Reader reader(datagram);
  const auto code = reader.be<std::uint8_t>();
  const auto identifier = reader.be<std::uint8_t>();
  const auto length = reader.be<std::uint16_t>();
  reader.skip(kAuthenticatorBytes);
  if (!reader.is_ok() || length != datagram.size() || name_of(code).empty()) return {};
  banner::AnswerText text(out);
  text.add(name_of(code));
  while (reader.left() > 0) {
    if (!add_attribute(reader, text)) return {};
  }
  return UdpAnswer{record::Application::kRadius, std::uint32_t{identifier} << 16, kIdentifierBits};
}

}  // namespace

constexpr banner::UdpProtocol kRadius = {"radius", kRadiusPorts, kRadiusRequests, read_radius};

}  // namespace masscan::protocols
