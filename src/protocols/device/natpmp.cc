// NAT-PMP (RFC 6886) and its successor PCP (RFC 6887) on one port: what the external address is,
// and an announcement, which asks whether PCP is spoken. Nothing is mapped.
#include "banner/facts.h"
#include "banner/reader.h"
#include "net/ip_address.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using record::Application;

constexpr std::uint8_t kAnswer = 0x80;  // the flag of an answer; the operation is 0

std::optional<banner::UdpAnswer> read_nat_pmp(banner::Reader& in, std::string& text) {
  const auto result = in.be<std::uint16_t>();
  const auto seconds = in.be<std::uint32_t>();
  if (!in.is_ok() || (in.left() != 4 && in.left() != 0)) return {};
  banner::Facts facts(text);
  facts.add("NAT-PMP");
  if (result != 0) facts.add("result", result);
  if (in.left() == 4) {
    facts.add("external", net::to_string(net::Ipv4Address(in.be<std::uint32_t>())));
  }
  facts.add("uptime", fmt::format("{}s", seconds));
  return banner::UdpAnswer{.application = Application::kNatPmp, .requests = 1};
}

std::optional<banner::UdpAnswer> read_pcp(banner::Reader& in, std::string& text) {
  in.skip(1);
  const auto result = in.be<std::uint8_t>();
  in.skip(4);  // the lifetime
  const auto seconds = in.be<std::uint32_t>();
  in.skip(12);
  if (!in.is_ok() || in.left() % 4 != 0) return {};
  banner::Facts facts(text);
  facts.add("PCP");
  if (result != 0) facts.add("result", result);
  facts.add("uptime", fmt::format("{}s", seconds));
  return banner::UdpAnswer{.application = Application::kPcp, .requests = 2};
}

// No answer has room for a token.
std::optional<banner::UdpAnswer> read_nat_pmp(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto version = in.be<std::uint8_t>();
  if (in.be<std::uint8_t>() != kAnswer) return {};
  if (version == 0) return read_nat_pmp(in, text);
  return version == 1 || version == 2 ? read_pcp(in, text) : std::nullopt;
}

constexpr std::uint16_t kNatPmpPorts[] = {5351};
constexpr banner::UdpRequest kNatPmpRequests[] = {
    {.name = "nat-pmp-address", .payload = "\x00\x00"sv, .amplification = 6},
    {.name = "pcp-announce",  // for the client ::, which gives no address of ours away
     .payload = "\x02\x00\x00\x00\x00\x00\x00\x00"
                "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv},
};

}  // namespace

const banner::UdpProtocol kNatPmp = {"nat-pmp", kNatPmpPorts, kNatPmpRequests, read_nat_pmp};

}  // namespace masscan::protocols
