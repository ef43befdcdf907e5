// iSCSI (RFC 7143): the targets that a portal lists. A list is given only within a discovery
// session, so the client opens one, without a name or password of a user; it reaches no target,
// changes nothing, and is closed by a logout. A portal that wants a password says so, and is left.
#include <algorithm>

#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {3260};
// Straight to the full feature phase (11.12).
constexpr std::string_view kLogin =
    "\x43\x87\0\0\0\0\0\x43\x80\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "InitiatorName=iqn.2013-09.com.github:masscan\0SessionType=Discovery\0\0"sv;
constexpr std::string_view kSendTargets =
    "\x44\x80\0\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\x02\xff\xff\xff\xff\0\0\0\x01\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0SendTargets=All\0"sv;
constexpr std::string_view kLogout =
    "\x46\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x01\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv;

// A message with the number of the next answer that we expect.
std::string numbered(std::string_view message, std::uint32_t number) {
  constexpr std::size_t kNumberAt = 28;
  std::string out(message);
  store_be(std::as_writable_bytes(std::span(out)), kNumberAt, number);
  return out;
}

struct Message {
  std::uint8_t opcode = 0;
  std::uint32_t number = 0;
  std::uint16_t status = 0;  // of an answer to a login: class and detail
  Bytes data;
  bool is_whole = false;
};

Message read_message(banner::Reader& reader) {
  Message message;
  message.opcode = reader.be<std::uint8_t>() & 0x3f;
  reader.skip(3);
  const auto lengths = reader.be<std::uint32_t>();
  reader.skip(16);
  message.number = reader.be<std::uint32_t>();
  reader.skip(8);
  message.status = reader.be<std::uint16_t>();
  reader.skip(10 + (lengths >> 24) * 4);  // with additional headers
  const std::size_t length = lengths & 0xff'ffff;
  message.data = reader.take(length);
  message.is_whole = reader.is_ok();
  reader.skip(std::min(reader.left(), (4 - length % 4) % 4));
  return message;
}

void add_targets(Bytes data, banner::Facts& facts) {
  for (banner::Reader pairs(data); pairs.left() > 0;) {
    const std::string_view pair = as_text(pairs.until('\0'));
    const std::size_t end = pair.find('=');
    if (end == std::string_view::npos) continue;
    const std::string_view name = pair.substr(0, end);
    const std::string_view value = pair.substr(end + 1);
    if (name == "TargetName") facts.add("target", value);
    if (name == "TargetAddress") facts.add("address", value);
  }
}

StreamStep done(std::string_view text, banner::StreamOutput& out) {
  out.add(record::Application::kIscsi, text);
  return StreamStep::done();
}

StreamStep read_iscsi(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::uint8_t kLoginAnswer = 0x23;
  constexpr std::uint8_t kTextAnswer = 0x24;
  constexpr std::uint8_t kRejected = 0x3f;
  const Bytes received = stream.received;
  const bool is_answer = received.empty() || received[0] == std::byte{kLoginAnswer} ||
                         received[0] == std::byte{kRejected};
  if (!stream.was_asked || !is_answer) return StreamStep::foreign();
  banner::Reader reader(received);
  const Message login = read_message(reader);
  if (!login.is_whole) return stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  if (login.opcode == kRejected) return done("login rejected", out);
  std::string text;
  banner::Facts facts(text);
  if (login.status != 0) {
    facts.add("login-status", fmt::format("{}.{}", login.status >> 8, login.status & 0xff));
    add_targets(login.data, facts);
    return done(text, out);
  }
  const Message targets = read_message(reader);
  if (!targets.is_whole && !stream.has_ended) {
    out.request = numbered(kSendTargets, login.number + 1);
    return StreamStep::send(1);
  }
  if (targets.is_whole && targets.opcode == kTextAnswer) {
    add_targets(targets.data, facts);
    out.request = numbered(kLogout, targets.number + 1);
  }
  if (text.empty()) text = "no targets listed";
  return done(text, out);
}

}  // namespace

constinit const banner::StreamProtocol kIscsi = {
    .name = "iscsi", .ports = kPorts, .hello = kLogin, .read = read_iscsi};

}  // namespace masscan::protocols
