// MQTT: CONNECT, its only greeting, is a login. Ours has a protocol level that no version uses, so
// that the server refuses it before it looks at a client or a session (MQTT 3.1.1, 3.1.2.2).
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {1883};
constexpr banner::Framing kFraming = {  // CONNACK
    .opening = "\x20"sv, .length_at = 1, .length_bytes = 1,
    .uncounted = 2,      .least = 4,     .most = 129};

// The codes of 3.1.1 and of 5.0.
std::string_view reason(unsigned code) {
  switch (code) {
    case 0:
      return "accepted";
    case 1:
    case 0x84:
      return "unacceptable protocol level";
    case 2:
    case 0x85:
      return "identifier rejected";
    case 3:
    case 0x88:
      return "server unavailable";
    case 4:
    case 0x86:
      return "bad user name or password";
    case 5:
    case 0x87:
      return "not authorized";
    default:
      return {};
  }
}

StreamStep read_mqtt(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  banner::Reader in(message.subspan(2));
  if (in.be<std::uint8_t>() > 1) return StreamStep::foreign();  // flags
  const unsigned code = in.be<std::uint8_t>();
  std::string text;
  banner::Facts facts(text);
  facts.add("connack", code);
  if (!reason(code).empty()) facts.extend(reason(code));
  out.add(record::Application::kMqtt, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kMqtt = {
    .name = "mqtt",
    .ports = kPorts,
    .hello = "\x10\x0c\x00\x04MQTT\x63\x02\x00\x3c\x00\x00"sv,  // level 99, no client identifier
    .read = read_mqtt};

}  // namespace masscan::protocols
