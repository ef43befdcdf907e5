// Siemens S7: a connection to the processor's module (RFC 905 over RFC 1006), the size of messages,
// then the system status list 0x11, identification of the module (Siemens, "System Software for
// S7-300/400", SZL). Its order number names the device. Only lists are read.
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/plant/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::Reader;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {102};
constexpr std::size_t kTpkt = 4;
constexpr banner::Framing kFraming = {
    .opening = "\x03\x00"sv, .length_at = 2, .least = kTpkt + 2, .most = 4096};
constexpr std::uint8_t kConnectionConfirm = 0xd0;
constexpr std::uint8_t kData = 0xf0;
constexpr std::uint8_t kS7Protocol = 0x32;
constexpr std::uint8_t kSetupAnswer = 0x03;
constexpr std::uint8_t kUserData = 0x07;

constexpr std::string_view kConnect =
    "\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00"
    "\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02"sv;  // to rack 0, slot 2 as programmer
constexpr std::string_view kSetup =
    "\x03\x00\x00\x19\x02\xf0\x80\x32\x01\x00\x00\x00\x01\x00\x08\x00\x00"
    "\xf0\x00\x00\x01\x00\x01\x01\xe0"sv;
constexpr std::string_view kReadList =
    "\x03\x00\x00\x21\x02\xf0\x80\x32\x07\x00\x00\x00\x02\x00\x08\x00\x08"
    "\x00\x01\x12\x04\x11\x44\x01\x00"
    "\xff\x09\x00\x04\x00\x11\x00\x00"sv;

// Returns the code of a message's header of ISO transport, and what is behind that header.
struct Transport {
  std::uint8_t code = 0;
  Bytes data;
};
Transport read_transport(Bytes message) {
  Reader in(message.subspan(kTpkt));
  Reader header(in.take(in.be<std::uint8_t>()));
  return {header.be<std::uint8_t>(), in.rest()};
}

// Returns the data of an S7 message of this kind; nullopt if it is another one.
std::optional<Bytes> read_s7(Bytes message, std::uint8_t kind) {
  const Transport transport = read_transport(message);
  Reader in(transport.data);
  if (transport.code != kData || in.be<std::uint8_t>() != kS7Protocol) return std::nullopt;
  if (in.be<std::uint8_t>() != kind) return std::nullopt;
  in.skip(2 + 2);  // reserved, number of the request
  const auto parameter_bytes = in.be<std::uint16_t>();
  in.skip(2);                            // bytes of data
  if (kind == kSetupAnswer) in.skip(2);  // error
  in.skip(parameter_bytes);
  return in.is_ok() ? std::optional(in.rest()) : std::nullopt;
}

// Reads the records of list 0x11: order number, then a version.
void read_list(Bytes data, banner::Facts& facts) {
  Reader in(data);
  in.skip(1 + 1 + 2 + 2 + 2);  // code, kind and bytes of the data; list, index
  const auto record_bytes = in.be<std::uint16_t>();
  in.skip(2);  // number of records
  while (record_bytes > 0 && in.left() >= record_bytes) {
    Reader record(in.take(record_bytes));
    const auto index = record.be<std::uint16_t>();
    const std::string_view order = trim(as_text(record.take(20)));
    record.skip(2);  // type
    const unsigned upper = record.be<std::uint16_t>();
    const unsigned lower = record.be<std::uint16_t>();
    if (!record.is_ok()) return;
    if (index == 1) facts.add("module", order);
    if (index == 6) facts.add("hardware", order);
    if (index == 7)
      facts.add("firmware", fmt::format("{}.{}.{}", upper & 0xff, lower >> 8, lower & 0xff));
  }
}

StreamStep read(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const auto ask = [&](unsigned number, std::string_view request) {
    const StreamStep step = messages.step();
    if (step.kind != StreamStep::Kind::kMore) return step;
    out.request = request;
    return StreamStep::send(number);
  };
  const Bytes confirm = messages.take();
  if (confirm.empty()) return messages.step();
  if (read_transport(confirm).code != kConnectionConfirm) return StreamStep::foreign();
  // Others than S7 use this transport too.
  const Bytes setup = messages.take();
  if (setup.empty()) return ask(1, kSetup);
  if (!read_s7(setup, kSetupAnswer)) return StreamStep::foreign();
  const Bytes answer = messages.take();
  if (answer.empty() && messages.step().kind == StreamStep::Kind::kMore) return ask(2, kReadList);
  std::string text;
  banner::Facts facts(text);
  if (const auto list = answer.empty() ? std::nullopt : read_s7(answer, kUserData))
    read_list(*list, facts);
  if (text.empty()) facts.add("identification refused");
  out.add(record::Application::kS7, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kS7 = {
    .name = "s7", .ports = kPorts, .hello = kConnect, .read = read};

}  // namespace masscan::protocols
