// EtherNet/IP of industrial controllers: ListIdentity (CIP volume 2, 2-4.2).
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t kListIdentity = 0x0063;
constexpr std::uint16_t kIdentity = 0x000c;

std::optional<banner::UdpAnswer> read_ethernet_ip(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
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
  return banner::UdpAnswer{record::Application::kEthernetIp, token, ~0u};
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

}  // namespace

const banner::UdpProtocol kEthernetIp = {"ethernet-ip", kEthernetIpPorts, kEthernetIpRequests,
                                         read_ethernet_ip};

}  // namespace masscan::protocols
