// L2TP (RFC 2661): Start-Control-Connection-Request. The server forgets the tunnel, which nobody
// confirms, after its timeout.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t kControl = 0xc802;  // control message, with length and numbers; version 2
constexpr std::uint16_t kReply = 2;
constexpr std::uint16_t kStop = 4;

// Adds what an attribute tells (RFC 2661, 4.4).
void add_attribute(std::uint16_t type, Bytes value, banner::Facts& facts) {
  banner::Reader in(value);
  if (type == 1) facts.add("result", in.be<std::uint16_t>());
  if (type == 2) {
    const unsigned version = in.be<std::uint8_t>();
    facts.add("version", fmt::format("{}.{}", version, in.be<std::uint8_t>()));
  }
  if (type == 6) facts.add("firmware", fmt::format("{:#06x}", in.be<std::uint16_t>()));
  if (type == 7) facts.add("host", as_text(value));
  if (type == 8) facts.add("vendor", as_text(value));
}

std::optional<banner::UdpAnswer> read_l2tp(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto flags = in.be<std::uint16_t>();
  const auto length = in.be<std::uint16_t>();
  const auto tunnel = in.be<std::uint16_t>();  // the number that we gave it
  in.skip(2 + 2 + 2);                          // session, numbers of the messages
  if (flags != kControl || length != datagram.size()) return {};
  // The first attribute is the type of the message.
  in.skip(6);
  const auto message = in.be<std::uint16_t>();
  if (!in.is_ok() || (message != kReply && message != kStop)) return {};
  banner::Facts facts(text);
  facts.add(message == kReply ? "SCCRP" : "StopCCN");
  while (in.left() > 0) {
    const std::size_t size = in.be<std::uint16_t>() & 0x3ffu;
    const auto vendor = in.be<std::uint16_t>();
    const auto type = in.be<std::uint16_t>();
    if (size < 6) break;
    const Bytes value = in.take(size - 6);
    if (in.is_ok() && vendor == 0) add_attribute(type, value, facts);
  }
  return banner::UdpAnswer{record::Application::kL2tp, tunnel, 0x0000ffff};
}

constexpr std::uint16_t kL2tpPorts[] = {1701};
constexpr banner::UdpRequest kL2tpRequests[] = {{
    .name = "l2tp-sccrq",
    .payload = "\xc8\x02\x00\x3c\x00\x00\x00\x00\x00\x00\x00\x00"  // 60 bytes, no tunnel yet
               "\x80\x08\x00\x00\x00\x00\x00\x01"                  // SCCRQ
               "\x80\x08\x00\x00\x00\x02\x01\x00"                  // protocol 1.0
               "\x80\x0e\x00\x00\x00\x07masscan1"                  // host name
               "\x80\x0a\x00\x00\x00\x03\x00\x00\x00\x03"          // framing capabilities
               "\x80\x08\x00\x00\x00\x09??"sv,                     // our number of the tunnel
    .token_at = 56,
    .token_bits = 0x0000ffff,
    .amplification = 10,  // about 120 bytes, five times until the server gives up
}};

}  // namespace

const banner::UdpProtocol kL2tp = {"l2tp", kL2tpPorts, kL2tpRequests, read_l2tp};

}  // namespace masscan::protocols
