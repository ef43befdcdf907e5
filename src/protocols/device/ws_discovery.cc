// WS-Discovery 2005/04: the kinds and addresses of the services of a printer, camera or computer.
#include <algorithm>
#include <array>

#include "banner/answer_text.h"
#include "base/text.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using banner::UdpAnswer;

constexpr std::string_view kUuid = "urn:uuid:";
// Some servers, as wsdd2, look for the prefixes that Windows uses instead of parsing XML.
constexpr char kHead[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
    "<soap:Envelope xmlns:soap=\"http://www.w3.org/2003/05/soap-envelope\""
    " xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
    " xmlns:wsd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""
    " xmlns:wsdp=\"http://schemas.xmlsoap.org/ws/2006/02/devprof\"><soap:Header>"
    "<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</wsa:Action>"
    "<wsa:MessageID>urn:uuid:00000000-6d61-4373-8361-6e2070726f62</wsa:MessageID>"
    "<wsa:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</wsa:To></soap:Header><soap:Body>";

// A request: the head and a body, without the zeros behind them.
template <std::size_t N, std::size_t M>
consteval std::array<char, N + M - 2> with_body(const char (&head)[N], const char (&body)[M]) {
  std::array<char, N + M - 2> request{};
  std::copy_n(body, M - 1, std::copy_n(head, N - 1, request.begin()));
  return request;
}
constexpr std::array kAnyProbe = with_body(kHead, "<wsd:Probe/></soap:Body></soap:Envelope>");
// Some servers, as wsdd, answer only who asks for devices; cameras have other kinds.
constexpr std::array kDeviceProbe = with_body(
    kHead, "<wsd:Probe><wsd:Types>wsdp:Device</wsd:Types></wsd:Probe></soap:Body></soap:Envelope>");

constexpr std::uint16_t kWsDiscoveryPorts[] = {3702};
// The answer relates to the identifier of the message. Of its digits these bits are free: "0" to
// "7". The factors of 10 to 500 in reports are those of requests that are not well-formed.
constexpr std::uint32_t kDigitBits = 0x07070707;
constexpr auto kTokenAt =
    static_cast<std::uint16_t>(std::string_view(kHead).find(kUuid) + kUuid.size());
constexpr banner::UdpRequest kWsDiscoveryRequests[] = {
    {.name = "ws-discovery-any",
     .payload = {kAnyProbe.data(), kAnyProbe.size()},
     .token_at = kTokenAt,
     .token_bits = kDigitBits,
     .amplification = 5},
    {.name = "ws-discovery-devices",
     .payload = {kDeviceProbe.data(), kDeviceProbe.size()},
     .token_at = kTokenAt,
     .token_bits = kDigitBits,
     .amplification = 5}};

// Returns the text of the first element of this name, whatever its prefix.
std::string_view element(std::string_view xml, std::string_view name) {
  for (std::size_t at = xml.find(name); at != std::string_view::npos; at = xml.find(name, at + 1)) {
    const std::size_t behind = at + name.size();
    const bool is_start = at > 0 && (xml[at - 1] == '<' || xml[at - 1] == ':');
    if (!is_start || behind == xml.size() || (xml[behind] != '>' && !is_blank(xml[behind])))
      continue;
    const std::size_t end = xml.find('>', behind);
    if (end == std::string_view::npos) return {};
    return trim(xml.substr(end + 1, xml.find('<', end) - end - 1));
  }
  return {};
}

std::optional<UdpAnswer> read_ws_discovery(Bytes datagram, std::string& out) {
  constexpr std::string_view kMatches = "ProbeMatches";
  const std::string_view xml = as_text(datagram);
  if (!xml.starts_with('<') || xml.find(kMatches) == std::string_view::npos) return {};
  const std::string_view types = element(xml, "Types");
  const std::string_view addresses = element(xml, "XAddrs");
  banner::AnswerText text(out);
  text.add(types);
  if (!addresses.empty()) text.separate(' ');
  text.add(addresses);
  UdpAnswer answer{record::Application::kWsDiscovery};
  const std::string_view related = element(xml, "RelatesTo");
  if (related.starts_with(kUuid) && related.size() >= kUuid.size() + sizeof(answer.token)) {
    answer.token = load_be<std::uint32_t>(as_bytes(related), kUuid.size()) & kDigitBits;
    answer.token_bits = kDigitBits;
  }
  return answer;
}

}  // namespace

constexpr banner::UdpProtocol kWsDiscovery = {"ws-discovery", kWsDiscoveryPorts,
                                              kWsDiscoveryRequests, read_ws_discovery};

}  // namespace masscan::protocols
