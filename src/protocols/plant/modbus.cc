// Modbus over TCP: Read Device Identification, basic (Modbus Application Protocol 1.1b3, 6.21).
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/plant/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {502};
constexpr banner::Framing kFraming = {.opening = "ms\0\0"sv,  // the number of our request
                                      .length_at = 4,
                                      .uncounted = 6,
                                      .least = 9,
                                      .most = 260};
constexpr std::uint8_t kEncapsulated = 0x2b;
constexpr std::uint8_t kException = 0x80;
constexpr std::string_view kObjects[] = {"vendor",       "product", "revision",   "url",
                                         "product name", "model",   "application"};

StreamStep read_modbus(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  banner::Reader in(message.subspan(7));
  const unsigned function = in.be<std::uint8_t>();
  std::string text;
  banner::Facts facts(text);
  if (function == (kEncapsulated | kException)) {
    facts.add("exception", in.be<std::uint8_t>());
  } else if (function == kEncapsulated) {
    in.skip(5);  // which identification, how much of it follows
    for (unsigned left = in.be<std::uint8_t>(); left > 0; --left) {
      const unsigned object = in.be<std::uint8_t>();
      const Bytes value = in.take(in.be<std::uint8_t>());
      if (in.is_ok() && object < std::size(kObjects)) facts.add(kObjects[object], as_text(value));
    }
  }
  if (text.empty()) return StreamStep::foreign();
  out.add(record::Application::kModbus, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kModbus = {
    .name = "modbus",
    .ports = kPorts,
    // Unit 255 is the device itself: no request leaves a gateway for its serial line.
    .hello = "ms\x00\x00\x00\x05\xff\x2b\x0e\x01\x00"sv,
    .read = read_modbus};

}  // namespace masscan::protocols
