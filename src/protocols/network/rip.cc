// RIP (RFC 2453): the distance of one route, which a router tells without its table.
#include "banner/answer_text.h"
#include "banner/reader.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kRipPorts[] = {520};
constexpr banner::UdpRequest kRipRequests[] = {
    {.name = "rip-v2", .payload = "\x01\x02\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"sv},
    {.name = "rip-v1", .payload = "\x01\x01\0\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"sv},
    // The factor is that of CISA's alert TA14-017A.
    {.name = "rip-table",
     .payload = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"sv,
     .amplification = 131.24}};

constexpr std::uint8_t kRipResponse = 2;
constexpr std::uint16_t kInternet = 2;
constexpr std::uint16_t kAuthentication = 0xffff;
constexpr std::size_t kRouteBytes = 20;
constexpr std::size_t kMaxRoutes = 25;
constexpr std::uint32_t kInfinity = 16;

// Adds the first routes; false if a field is not as RIP has it.
bool add_route(banner::Reader& reader, banner::AnswerText& text) {
  const auto family = reader.be<std::uint16_t>();
  reader.skip(2);  // the tag
  const auto address = reader.be<std::uint32_t>();
  reader.skip(8);  // mask and next hop
  const auto metric = reader.be<std::uint32_t>();
  if (family == kAuthentication) return true;
  text.format(" {}.{}.{}.{}={}", address >> 24, address >> 16 & 255, address >> 8 & 255,
              address & 255, metric);
  return family == kInternet && metric <= kInfinity;
}

std::optional<UdpAnswer> read_rip(Bytes datagram, std::string& out) {
  banner::Reader reader(datagram);
  const auto command = reader.be<std::uint8_t>();
  const auto version = reader.be<std::uint8_t>();
  const auto zero = reader.be<std::uint16_t>();
  const std::size_t routes = reader.left() / kRouteBytes;
  if (command != kRipResponse || version < 1 || version > 2 || zero != 0) return {};
  if (routes == 0 || routes > kMaxRoutes || reader.left() % kRouteBytes != 0) return {};
  banner::AnswerText text(out);
  text.format("v{}", version);
  while (reader.left() > 0) {
    if (!add_route(reader, text)) return {};
  }
  return UdpAnswer{record::Application::kRip};
}

}  // namespace

constexpr banner::UdpProtocol kRip = {"rip", kRipPorts, kRipRequests, read_rip};

}  // namespace masscan::protocols
