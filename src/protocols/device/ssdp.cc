// SSDP (UPnP Device Architecture 2.0, 1.3): the root device, asked by unicast. All devices and
// services (ssdp:all) would answer with thirty times the request.
#include "banner/answer_text.h"
#include "protocols/device/header_fields.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kSsdpPorts[] = {1900};
constexpr banner::UdpRequest kSsdpRequests[] = {
    {.name = "ssdp-root",
     .payload = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
                "MX: 1\r\nST: upnp:rootdevice\r\n\r\n"sv,
     .amplification = 5}};

std::optional<UdpAnswer> read_ssdp(Bytes datagram, std::string& out) {
  const std::string_view message = as_text(datagram);
  if (!message.starts_with("HTTP/1.") || header_field(message, "USN").empty()) return {};
  banner::AnswerText text(out);
  for (const std::string_view name : {"Server"sv, "USN"sv, "Location"sv}) {
    const std::string_view value = header_field(message, name);
    if (value.empty()) continue;
    text.separate(' ');
    text.format("{}: {}", name, value);
  }
  return UdpAnswer{.application = record::Application::kSsdp,
                   .software = {header_field(message, "Server")}};
}

}  // namespace

constexpr banner::UdpProtocol kSsdp = {"ssdp", kSsdpPorts, kSsdpRequests, read_ssdp};

}  // namespace masscan::protocols
