// Cassandra and ScyllaDB: OPTIONS, which is answered before a login with what is supported (CQL
// binary protocol v4, 4.1.3 and 4.2.4), or with an error.
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::Reader;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {9042};
constexpr std::size_t kHeader = 9;
constexpr banner::Framing kFraming = {.opening = "\0\x43"sv,  // the number of our request
                                      .opening_at = 2,
                                      .length_at = 5,
                                      .length_bytes = 4,
                                      .uncounted = kHeader,
                                      .least = kHeader + 2};
constexpr std::uint8_t kFirstAnswer = 0x83;  // version 3; those before have a shorter header
constexpr std::uint8_t kLastAnswer = 0x86;
constexpr std::uint8_t kError = 0x00;
constexpr std::uint8_t kSupported = 0x06;

Bytes take_string(Reader& in) { return in.take(in.be<std::uint16_t>()); }

// A map of strings to lists of strings.
void read_supported(Reader& in, banner::Facts& facts) {
  for (unsigned left = in.be<std::uint16_t>(); left > 0 && in.is_ok(); --left) {
    const std::string_view name = as_text(take_string(in));
    std::string values;
    for (unsigned more = in.be<std::uint16_t>(); more > 0 && in.is_ok(); --more) {
      if (!values.empty()) values += ' ';
      values += as_text(take_string(in));
    }
    if (in.is_ok()) facts.add(name.substr(0, banner::Facts::kMaxValue), values);
  }
}

StreamStep read_cassandra(const banner::Stream& stream, banner::StreamOutput& out) {
  if (!stream.received.empty()) {
    const auto version = std::to_integer<std::uint8_t>(stream.received[0]);
    if (version < kFirstAnswer || version > kLastAnswer) return StreamStep::foreign();
  }
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  const auto operation = std::to_integer<std::uint8_t>(message[4]);
  Reader in(message.subspan(kHeader));
  std::string text;
  banner::Facts facts(text);
  if (operation == kError) {
    facts.add("error", fmt::format("{:#06x}", in.be<std::uint32_t>()));
    facts.add("message", as_text(take_string(in)));
  } else if (operation == kSupported) {
    read_supported(in, facts);
  }
  if (text.empty()) return StreamStep::foreign();
  out.add(record::Application::kCassandra, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kCassandra = {
    .name = "cassandra",
    .ports = kPorts,
    .hello = "\x04\x00\x00\x43\x05\x00\x00\x00\x00"sv,  // OPTIONS, since Cassandra 2.2
    .read = read_cassandra};

}  // namespace masscan::protocols
