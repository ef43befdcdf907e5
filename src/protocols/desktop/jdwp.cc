// Java Debug Wire Protocol: the handshake, and the versions of the virtual machine. No port is
// asked by itself, because a virtual machine that waits for a debugger may go on when we leave.
#include "banner/facts.h"
#include "banner/lines.h"
#include "banner/reader.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::string_view kHello = "JDWP-Handshake";
constexpr std::string_view kVersion = "\0\0\0\x0b\0\0\0\x01\0\x01\x01"sv;  // VirtualMachine, 1
constexpr std::size_t kHeaderBytes = 11;

std::string_view read_string(banner::Reader& reader) {
  return as_text(reader.take(reader.be<std::uint32_t>())).substr(0, banner::Facts::kMaxValue);
}

StreamStep done(std::string_view text, banner::StreamOutput& out) {
  out.request.clear();
  out.add(record::Application::kJdwp, text);
  return StreamStep::done();
}

StreamStep read_versions(banner::Reader& reply, banner::StreamOutput& out) {
  const auto error = reply.be<std::uint16_t>();
  reply.skip(reply.be<std::uint32_t>());  // the same in words
  const auto major = reply.be<std::uint32_t>();
  const auto minor = reply.be<std::uint32_t>();
  const std::string_view version = read_string(reply);
  const std::string_view name = read_string(reply);
  std::string text;
  banner::Facts facts(text);
  if (error != 0) {
    facts.add("error", error);
  } else if (reply.is_ok()) {
    facts.add("version", fmt::format("{}.{}", major, minor));
    facts.add("vm", name);
    facts.add("vm-version", version);
    out.state_software(fmt::format("{} {}", name, version));
  }
  return done(text, out);
}

StreamStep read_jdwp(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::uint8_t kReply = 0x80;
  constexpr std::uint8_t kEvents = 64;  // a set of commands; such packets come unasked
  const auto match = banner::begins_with(as_text(stream.received), kHello);
  if (!stream.was_asked || match == banner::Match::kNo) return StreamStep::foreign();
  if (match == banner::Match::kMaybe)
    return stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  out.request = kVersion;
  banner::Reader reader(stream.received);
  reader.skip(kHello.size());
  while (reader.left() >= kHeaderBytes) {
    const std::size_t length = reader.be<std::uint32_t>();
    if (length < kHeaderBytes) return StreamStep::foreign();
    if (reader.left() < length - sizeof(std::uint32_t)) break;
    banner::Reader packet(reader.take(length - sizeof(std::uint32_t)));
    packet.skip(sizeof(std::uint32_t));
    if (packet.be<std::uint8_t>() == kReply) return read_versions(packet, out);
    if (packet.be<std::uint8_t>() != kEvents) return StreamStep::foreign();
  }
  return stream.has_ended ? done({}, out) : StreamStep::send(1);
}

}  // namespace

constinit const banner::StreamProtocol kJdwp = {.name = "jdwp", .hello = kHello, .read = read_jdwp};

}  // namespace masscan::protocols
