// PostgreSQL: what it answers to a version of the protocol that does not exist (PostgreSQL's
// documentation, 55.2 and 55.8). A start with an existing one would begin to log in.
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {5432, 5433, 6432};
constexpr banner::Framing kFraming = {
    .opening = "E"sv, .length_at = 1, .length_bytes = 4, .uncounted = 1, .least = 8, .most = 8192};

std::string_view fact_name(std::uint8_t field) {
  switch (field) {
    case 'S':
      return "severity";
    case 'C':
      return "code";
    case 'M':
      return "message";
    case 'F':
      return "file";
    case 'L':
      return "line";
    case 'R':
      return "routine";
    default:
      return {};
  }
}

StreamStep read_postgresql(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  banner::Reader in(message.subspan(5));
  std::string text;
  banner::Facts facts(text);
  while (const auto field = in.be<std::uint8_t>()) {
    const std::string_view value = as_text(in.until('\0'));
    const std::string_view name = fact_name(field);
    if (!name.empty()) facts.add(name, value);
  }
  if (text.empty()) return StreamStep::foreign();
  out.add(record::Application::kPostgresql, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kPostgresql = {
    .name = "postgresql",
    .ports = kPorts,
    .hello = "\0\0\0\x08\0\xff\0\xff"sv,  // version 255.255
    .read = read_postgresql};

}  // namespace masscan::protocols
