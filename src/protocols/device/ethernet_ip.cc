// EtherNet/IP of industrial controllers: ListIdentity (CIP volume 2, 2-4.2), by UDP and TCP.
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t kListIdentity = 0x0063;
constexpr std::uint16_t kIdentity = 0x000c;

// Returns the token of an answer.
std::optional<std::uint32_t> read_identity(Bytes answer, std::string& text) {
  banner::Reader in(answer);
  const auto command = in.le<std::uint16_t>();
  const auto length = in.le<std::uint16_t>();
  in.skip(4 + 4 + 4);  // session, status, the first half of the context
  const auto token = in.be<std::uint32_t>();
  in.skip(4);  // options
  if (command != kListIdentity || length == 0 || length != in.left()) return {};
  in.skip(2);  // the number of items: one
  if (in.le<std::uint16_t>() != kIdentity) return {};
  in.skip(2 + 2 + 16);  // length, version, socket address
  const auto vendor = in.le<std::uint16_t>();
  const auto device = in.le<std::uint16_t>();
  in.skip(2);  // product code
  const unsigned major = in.le<std::uint8_t>();
  const unsigned minor = in.le<std::uint8_t>();
  in.skip(2);  // status
  const auto serial = in.le<std::uint32_t>();
  const Bytes product = in.take(in.le<std::uint8_t>());
  if (!in.is_ok()) return {};
  banner::Facts facts(text);
  facts.add("product", as_text(product));
  facts.add("vendor", vendor);
  facts.add("device", device);
  facts.add("revision", fmt::format("{}.{}", major, minor));
  facts.add("serial", fmt::format("{:#010x}", serial));
  return token;
}

std::optional<banner::UdpAnswer> read_ethernet_ip(Bytes datagram, std::string& text) {
  const auto token = read_identity(datagram, text);
  if (!token) return {};
  return banner::UdpAnswer{record::Application::kEthernetIp, *token, ~0u};
}

constexpr std::uint16_t kEthernetIpPorts[] = {44818};
constexpr banner::UdpRequest kEthernetIpRequests[] = {{
    .name = "ethernet-ip-identity",
    // Devices may wait as many milliseconds as the first bytes of the context say.
    .payload = "\x63\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
               "\x00\x00\x00\x00????\x00\x00\x00\x00"sv,
    .token_at = 16,
    .token_bits = ~0u,
    .amplification = 5,
}};
constexpr banner::Framing kFraming = {.opening = "\x63\x00"sv,
                                      .length_at = 2,
                                      .order = std::endian::little,
                                      .uncounted = 24,
                                      .least = 24 + 2,
                                      .most = 1024};

banner::StreamStep read_ethernet_ip_stream(const banner::Stream& stream,
                                           banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  std::string text;
  if (!read_identity(message, text)) return banner::StreamStep::foreign();
  out.add(record::Application::kEthernetIp, text);
  return banner::StreamStep::done();
}

}  // namespace

const banner::UdpProtocol kEthernetIp = {"ethernet-ip", kEthernetIpPorts, kEthernetIpRequests,
                                         read_ethernet_ip};
constinit const banner::StreamProtocol kEthernetIpTcp = {.name = "ethernet-ip",
                                                         .ports = kEthernetIpPorts,
                                                         .hello = kEthernetIpRequests[0].payload,
                                                         .read = read_ethernet_ip_stream};

}  // namespace masscan::protocols
