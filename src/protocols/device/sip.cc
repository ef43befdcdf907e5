// SIP (RFC 3261, 11): what a server can do. It forwards nothing, as no hop is left, and answers to
// where the request came from (RFC 3581).
#include "banner/answer_text.h"
#include "protocols/device/header_fields.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kSipPorts[] = {5060};
constexpr std::string_view kCallId = "masscan-";
constexpr std::string_view kOptionsRequest =
    "OPTIONS sip:options@masscan.invalid SIP/2.0\r\n"
    "Via: SIP/2.0/UDP masscan.invalid;branch=z9hG4bKmasscan;rport\r\n"
    "From: <sip:options@masscan.invalid>;tag=masscan\r\n"
    "To: <sip:options@masscan.invalid>\r\n"
    "Call-ID: masscan-````\r\n"
    "CSeq: 1 OPTIONS\r\nMax-Forwards: 0\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n"sv;
// The answer has the Call-ID of the request. Of each character these bits are free: "`" to "o".
constexpr std::uint32_t kCharacterBits = 0x0f0f0f0f;
constexpr auto kTokenAt =
    static_cast<std::uint16_t>(kOptionsRequest.find(kCallId) + kCallId.size());
constexpr banner::UdpRequest kSipRequests[] = {{.name = "sip-options",
                                                .payload = kOptionsRequest,
                                                .token_at = kTokenAt,
                                                .token_bits = kCharacterBits,
                                                .amplification = 3}};

std::string_view call_id(std::string_view message) {
  const std::string_view value = header_field(message, "Call-ID");
  return value.empty() ? header_field(message, "i") : value;  // 7.3.3: its compact form
}

std::optional<UdpAnswer> read_sip(Bytes datagram, std::string& out) {
  const std::string_view message = as_text(datagram);
  if (!message.starts_with("SIP/2.0 ")) return {};
  banner::AnswerText text(out);
  add_status(text, message, {"Server", "User-Agent"});
  UdpAnswer answer{.application = record::Application::kSip};
  answer.software.name = header_field(message, "Server");
  if (answer.software.name.empty()) answer.software.name = header_field(message, "User-Agent");
  const std::string_view id = call_id(message);
  if (id.starts_with(kCallId) && id.size() == kCallId.size() + sizeof(answer.token)) {
    answer.token = load_be<std::uint32_t>(as_bytes(id), kCallId.size()) & kCharacterBits;
    answer.token_bits = kCharacterBits;
  }
  return answer;
}

}  // namespace

constexpr banner::UdpProtocol kSip = {"sip", kSipPorts, kSipRequests, read_sip};

}  // namespace masscan::protocols
