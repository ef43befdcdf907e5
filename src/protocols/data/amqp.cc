// AMQP 0-9-1: Connection.Start, in which the server introduces itself (AMQP 0-9-1, 1.4.2.1).
// Servers of another version answer with the header of theirs.
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::Reader;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {5672};
constexpr std::string_view kHeader = "AMQP"sv;
constexpr std::size_t kHeaderSize = 8;
constexpr banner::Framing kFraming = {.opening = "\x01\x00\x00"sv,  // a method, channel 0
                                      .length_at = 3,
                                      .length_bytes = 4,
                                      .uncounted = 8,
                                      .least = 16};
constexpr std::uint32_t kConnectionStart = 10 << 16 | 10;
constexpr std::string_view kProperties[] = {"product", "version", "platform", "cluster_name"};

Bytes take_long_string(Reader& in) { return in.take(in.be<std::uint32_t>()); }

// Reads a field table up to the first value whose length we do not know.
void read_table(Bytes table, banner::Facts& facts, banner::StreamOutput& out) {
  constexpr std::string_view kTypesWithLength = "SFA";
  Reader in(table);
  std::string_view product;
  std::string_view version;
  while (in.left() > 0) {
    const std::string_view name = as_text(in.take(in.be<std::uint8_t>()));
    const auto type = static_cast<char>(in.be<std::uint8_t>());
    const bool is_boolean = type == 't';
    if (!is_boolean && kTypesWithLength.find(type) == std::string_view::npos) break;
    const std::string_view value = as_text(is_boolean ? in.take(1) : take_long_string(in));
    if (!in.is_ok()) break;
    if (type != 'S' || std::ranges::find(kProperties, name) == std::end(kProperties)) continue;
    facts.add(name, value);
    if (name == "product") product = value;
    if (name == "version") version = value;
  }
  if (!product.empty()) out.state_software(fmt::format("{} {}", product, version));
}

StreamStep read_start(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  Reader in(message.subspan(7));
  if (in.be<std::uint32_t>() != kConnectionStart) return StreamStep::foreign();
  const unsigned major = in.be<std::uint8_t>();
  const unsigned minor = in.be<std::uint8_t>();
  const Bytes properties = take_long_string(in);
  const Bytes mechanisms = take_long_string(in);
  if (!in.is_ok()) return StreamStep::foreign();
  std::string text;
  banner::Facts facts(text);
  facts.add("protocol", fmt::format("{}-{}", major, minor));
  read_table(properties, facts, out);
  facts.add("mechanisms", as_text(mechanisms));
  out.add(record::Application::kAmqp, text);
  return StreamStep::done();
}

StreamStep read_amqp(const banner::Stream& stream, banner::StreamOutput& out) {
  const std::string_view text = as_text(stream.received);
  if (text.empty() || banner::begins_with(text, kHeader) == banner::Match::kNo)
    return read_start(stream, out);
  if (stream.received.size() < kHeaderSize)
    return stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  Reader in(stream.received.subspan(kHeader.size()));
  in.skip(1);  // the layer: AMQP, TLS or SASL
  const unsigned major = in.be<std::uint8_t>();
  const unsigned minor = in.be<std::uint8_t>();
  const unsigned revision = in.be<std::uint8_t>();
  out.add(record::Application::kAmqp, fmt::format("protocol={}.{}.{}", major, minor, revision));
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kAmqp = {
    .name = "amqp", .ports = kPorts, .hello = "AMQP\x00\x00\x09\x01"sv, .read = read_amqp};

}  // namespace masscan::protocols
