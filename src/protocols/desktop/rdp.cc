// Remote Desktop (MS-RDPBCGR, 2.2.1.1 and 2.2.1.2): the security that a server selects when it is
// offered TLS and CredSSP.
#include "banner/facts.h"
#include "banner/lines.h"
#include "banner/reader.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {3389};
constexpr std::string_view kHello =
    "\x03\0\0\x2d\x28\xe0\0\0\0\0\0Cookie: mstshash=masscan\r\n\x01\0\x08\0\x03\0\0\0"sv;
constexpr std::size_t kTpktBytes = 4;
constexpr std::size_t kCotpBytes = 7;

void write_negotiation(banner::Reader& reader, std::string& text) {
  constexpr std::uint8_t kResponse = 2;
  constexpr std::uint8_t kFailure = 3;
  constexpr std::uint32_t kCredSsp = 2;
  constexpr std::uint32_t kCredSspRequired = 5;
  const auto type = reader.be<std::uint8_t>();
  reader.skip(3);
  const auto value = reader.le<std::uint32_t>();
  if (!reader.is_ok()) {
    text = " NLA-unused selected=RDP";  // a server that knows of no negotiation
  } else if (type == kResponse) {
    text = value & kCredSsp ? " NLA-supported" : " NLA-unused";
    static constexpr std::string_view kNames[] = {"RDP", "TLS", "CredSSP"};
    if (value < std::size(kNames)) text.append(" selected=").append(kNames[value]);
  } else if (type == kFailure) {
    text = value == kCredSspRequired ? " NLA-unsupported" : " failure";
    text.append(" code=").append(fmt::format_int(value).c_str());
  }
}

constexpr std::string_view kOtherPdu = " COTPPDU=unknown";
// What servers say to those who do not speak RDP: MCS's DisconnectProviderUltimatum (T.125, 7) in a
// message of data.
constexpr std::string_view kGoodbye = "\x03\0\0\x09\x02\xf0\x80\x21\x80"sv;

StreamStep read_rdp(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::uint8_t kConnectionConfirm = 0xd0;
  constexpr std::uint8_t kDisconnectRequest = 0x80;
  constexpr std::uint8_t kError = 0x70;
  const auto incomplete = stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  const std::string_view received = as_text(stream.received);
  const auto goodbye = banner::begins_with(received, kGoodbye);
  if (goodbye == banner::Match::kMaybe) return incomplete;
  if (goodbye == banner::Match::kYes) {
    out.add(record::Application::kRdp, kOtherPdu);
    return StreamStep::done();
  }
  if (!stream.was_asked || !received.starts_with("\x03\0\0"sv)) return StreamStep::foreign();
  if (stream.received.size() < kTpktBytes + 2) return incomplete;
  banner::Reader reader(stream.received);
  reader.skip(2);
  const auto length = reader.be<std::uint16_t>();
  const auto header = reader.be<std::uint8_t>();
  const auto type = reader.be<std::uint8_t>();
  const bool is_confirm = type == kConnectionConfirm;
  if (length < kTpktBytes + 2 || header != length - kTpktBytes - 1) return StreamStep::foreign();
  if (is_confirm && length < kTpktBytes + kCotpBytes) return StreamStep::foreign();
  if (!is_confirm && type != kDisconnectRequest && type != kError) return StreamStep::foreign();
  if (stream.received.size() < length) return incomplete;
  std::string text(kOtherPdu);
  if (is_confirm) {
    banner::Reader message(stream.received.first(length));
    message.skip(kTpktBytes + kCotpBytes);
    write_negotiation(message, text);
  }
  out.add(record::Application::kRdp, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kRdp = {
    .name = "rdp", .ports = kPorts, .hello = kHello, .read = read_rdp};

}  // namespace masscan::protocols
