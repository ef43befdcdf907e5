// IEC 60870-5-104: a test frame, which is confirmed without a transfer of data being started
// (IEC 60870-5-104, 5.2).
#include "banner/messages.h"
#include "protocols/plant/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {2404};
constexpr banner::Framing kFraming = {
    .opening = "\x68"sv, .length_at = 1, .length_bytes = 1, .uncounted = 2, .least = 6};

StreamStep read_iec104(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  for (Bytes message = messages.take(); !message.empty(); message = messages.take()) {
    if (as_text(message) != "\x68\x04\x83\x00\x00\x00"sv) continue;  // the service's own
    out.add(record::Application::kIec104, "TESTFR con");
    return StreamStep::done();
  }
  return messages.step();
}

}  // namespace

constinit const banner::StreamProtocol kIec104 = {
    .name = "iec104", .ports = kPorts, .hello = "\x68\x04\x43\x00\x00\x00"sv, .read = read_iec104};

}  // namespace masscan::protocols
