// RTSP (RFC 2326, 10.1) and SIP over TCP (RFC 3261, 11): what a server can do.
#include "banner/answer_text.h"
#include "banner/facts.h"
#include "protocols/device/header_fields.h"
#include "protocols/web/http_message.h"
#include "protocols/web/protocols.h"

namespace masscan::protocols {
namespace {

using banner::Match;
using banner::StreamStep;

constexpr std::uint16_t kRtspPorts[] = {554, 8554};
constexpr std::uint16_t kSipPorts[] = {5060};

void write_rtsp_hello(const banner::Peer&, const banner::StreamSettings& settings,
                      std::string& out) {
  const std::string& wanted = settings.http.user_agent;
  fmt::format_to(std::back_inserter(out), "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: {}\r\n\r\n",
                 wanted.empty() ? kUserAgent : wanted);
}

// It forwards nothing, as no hop is left.
constexpr std::string_view kSipHello =
    "OPTIONS sip:options@masscan.invalid SIP/2.0\r\n"
    "Via: SIP/2.0/TCP masscan.invalid;branch=z9hG4bKmasscan;rport\r\n"
    "From: <sip:options@masscan.invalid>;tag=masscan\r\n"
    "To: <sip:options@masscan.invalid>\r\n"
    "Call-ID: masscan\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 0\r\n"
    "Accept: application/sdp\r\nContent-Length: 0\r\n\r\n";

// A body, if there is one, says nothing.
StreamStep read_status(const banner::Stream& stream, std::string_view version,
                       record::Application application,
                       std::initializer_list<std::string_view> names, banner::StreamOutput& out) {
  const MessageHead head = read_head(stream, version);
  if (head.match == Match::kNo) return StreamStep::foreign();
  if (head.match == Match::kMaybe) return StreamStep::more();
  std::string text;
  banner::AnswerText answer(text);
  add_status(answer, head.text, names);
  out.add(application, text);
  out.state_software(header_field(head.text, "Server"));
  return StreamStep::done();
}

StreamStep read_rtsp(const banner::Stream& stream, banner::StreamOutput& out) {
  return read_status(stream, "RTSP/1.", record::Application::kRtsp, {"Server", "Public"}, out);
}

StreamStep read_sip(const banner::Stream& stream, banner::StreamOutput& out) {
  return read_status(stream, "SIP/2.0 ", record::Application::kSip, {"Server", "User-Agent"}, out);
}

}  // namespace

constinit const banner::StreamProtocol kRtsp = {
    .name = "rtsp", .ports = kRtspPorts, .write_hello = write_rtsp_hello, .read = read_rtsp};
constinit const banner::StreamProtocol kSipStream = {
    .name = "sip", .ports = kSipPorts, .hello = kSipHello, .read = read_sip};

}  // namespace masscan::protocols
