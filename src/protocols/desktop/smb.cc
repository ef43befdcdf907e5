// SMB 1 to 3 (MS-CIFS, MS-SMB2), directly and behind a NetBIOS session (RFC 1002): what a server
// says while it agrees on a dialect, and its NTLM challenge, which is not answered. A server that
// wants names and passwords without a challenge is asked nothing after its dialect.
#include <fmt/chrono.h>

#include <algorithm>
#include <ctime>
#include <iterator>
#include <string>
#include <utility>

#include "banner/lines.h"
#include "banner/reader.h"
#include "protocols/desktop/ntlmssp.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::Peer;
using banner::StreamSettings;
using banner::StreamStep;

constexpr std::uint16_t kSessionPort = 139;
constexpr std::uint16_t kPorts[] = {445, kSessionPort};

// A session request to "*SMBSERVER" from "MASSCAN": each half of a byte is a letter.
constexpr std::string_view kSessionRequest =
    "\x81\0\0\x44 CKFDENECFDEFFCFGEFFCCACACACACACA\0 ENEBFDFDEDEBEOCACACACACACACACAAA\0"sv;
constexpr std::string_view kSmb1Magic = "\xffSMB";
constexpr std::string_view kSmb2Magic = "\xfeSMB";
constexpr std::size_t kSessionHeaderBytes = 4;

constexpr std::string_view kSmb1Dialect = "\x02NT LM 0.12\0"sv;
constexpr std::string_view kDialects = "\x02NT LM 0.12\0\x02SMB 2.002\0\x02SMB 2.???\0"sv;

enum class Smb1 : std::uint8_t { kNegotiate = 0x72, kSessionSetup = 0x73 };
enum class Smb2 : std::uint16_t { kNegotiate = 0, kSessionSetup = 1 };
constexpr std::uint16_t kUnicode = 0x8000;
constexpr std::uint16_t kExtendedSecurity = 0x0800;
constexpr std::uint16_t kAskAgain = 0x02ff;  // the dialect "SMB 2.???"

std::string in_session(std::string_view head, std::string_view body) {
  std::string message(kSessionHeaderBytes, '\0');
  message.append(head).append(body);
  store_be(std::as_writable_bytes(std::span(message)), 0,
           static_cast<std::uint32_t>(message.size() - kSessionHeaderBytes));
  return message;
}

std::string smb1_request(Smb1 command, std::string_view body) {
  std::string head(kSmb1Magic);
  head.push_back(static_cast<char>(command));
  head += "\0\0\0\0\x18\x01\xc8\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\0\0\0"sv;
  return in_session(head, body);
}

std::string smb2_request(Smb2 command, unsigned message_id, std::string_view body) {
  std::string head(64, '\0');
  head.replace(0, 6, "\xfeSMB\x40\0"sv);
  head[12] = static_cast<char>(command);
  head[14] = 1;  // credits
  head[24] = static_cast<char>(message_id);
  return in_session(head, body);
}

std::string smb1_negotiate(std::string_view dialects) {
  std::string body("\0\0\0"sv);
  body[1] = static_cast<char>(dialects.size());
  return smb1_request(Smb1::kNegotiate, body.append(dialects));
}

template <const std::string_view& kOffered>
void write_hello(const Peer& peer, const StreamSettings& /*settings*/, std::string& out) {
  out = peer.port == kSessionPort ? kSessionRequest : smb1_negotiate(kOffered);
}

std::string smb1_session_setup() {
  std::string body("\x0c\xff\0\0\0\xff\xff\x01\0\x01\0\0\0\0\0\x4a\0\0\0\0\0\x54\0\0\x80\x6b\0"sv);
  body.append(kNtlmNegotiate);
  // A byte that aligns, then the names of our system and of its SMB.
  body.append("\0m\0a\0s\0s\0c\0a\0n\0\0\0m\0a\0s\0s\0c\0a\0n\0\0\0"sv);
  return smb1_request(Smb1::kSessionSetup, body);
}

// Offers dialects 2.0.2 to 3.1.1; the last one wants to know a hash.
std::string smb2_negotiate() {
  return smb2_request(Smb2::kNegotiate, 1,
                      "\x24\0\x05\0\x01\0\0\0\x7f\0\0\0"
                      "masscan\0\0\0\0\0\0\0\0\0"  // the client's GUID
                      "\x70\0\0\0\x01\0\0\0\x02\x02\x10\x02\0\x03\x02\x03\x11\x03\0\0"
                      "\x01\0\x26\0\0\0\0\0\x01\0\x20\0\x01\0"
                      "masscan\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv);
}

std::string smb2_session_setup(unsigned message_id) {
  std::string body("\x19\0\0\x01\0\0\0\0\0\0\0\0\x58\0\x4a\0\0\0\0\0\0\0\0\0"sv);
  return smb2_request(Smb2::kSessionSetup, message_id, body.append(kNtlmNegotiate));
}

// A time in tenths of microseconds since 1601, in years that have four digits.
void add_time(std::uint64_t ticks, std::string_view name, std::string& text) {
  constexpr std::int64_t kUnixEpoch = 11'644'473'600;
  constexpr std::uint64_t kTicks = 10'000'000;
  constexpr std::uint64_t kYear9999 = 265'046'774'400;
  const auto seconds = static_cast<std::int64_t>(std::min(ticks / kTicks, kYear9999 - 1));
  fmt::format_to(std::back_inserter(text), " {}={:%Y-%m-%d %H:%M:%S}", name,
                 fmt::gmtime(static_cast<std::time_t>(seconds - kUnixEpoch)));
}

void add_guid(banner::Reader& reader, std::string& text) {
  const auto first = reader.le<std::uint32_t>();
  const auto second = reader.le<std::uint16_t>();
  const auto third = reader.le<std::uint16_t>();
  const auto last = reader.be<std::uint64_t>();
  fmt::format_to(std::back_inserter(text), " guid={:08x}-{:04x}-{:04x}-{:04x}-{:012x}", first,
                 second, third, last >> 48, last & 0xffff'ffff'ffff);
}

// Strings end with a zero.
std::string read_name(banner::Reader& reader, bool is_unicode) {
  if (!is_unicode) return std::string(as_text(reader.until('\0')));
  std::size_t length = 0;
  for (banner::Reader rest = reader; rest.left() > 1 && rest.le<std::uint16_t>() != 0;) length += 2;
  std::string name;
  append_utf8(reader.take(length), name);
  reader.skip(sizeof(char16_t));
  return name;
}

// Tells whether a message begins here: the header of a session, and SMB unless it answers about the
// session itself.
banner::Match opens_message(std::string_view text) {
  auto match = banner::Match::kNo;
  const auto try_opening = [&](std::string_view rest, std::string_view opening) {
    match = std::max(match, banner::begins_with(rest, opening));
  };
  for (const std::string_view answer : {"\x82\0\0\0"sv, "\x83\0\0\x01"sv, "\x84\0\0\x06"sv})
    try_opening(text, answer);
  if (!text.starts_with('\0')) return match;
  if (text.size() < kSessionHeaderBytes) return banner::Match::kMaybe;
  for (const std::string_view magic : {kSmb1Magic, kSmb2Magic})
    try_opening(text.substr(kSessionHeaderBytes), magic);
  return match;
}

// Reads what a server said, message after message. Functions tell whether it was the last one.
class Conversation {
 public:
  Conversation(std::string_view dialects, banner::StreamOutput& out)
      : dialects_(dialects), out_(out) {}

  bool read(std::uint8_t session_type, Bytes message);
  bool is_recognised() const { return requests_ > 0 || !text_.empty(); }
  StreamStep step() const {
    return requests_ > 0 ? StreamStep::send(requests_) : StreamStep::more();
  }
  StreamStep end() {
    out_.request.clear();
    if (!is_recognised()) return StreamStep::foreign();
    if (!text_.empty()) out_.add(record::Application::kSmb, text_);
    return StreamStep::done();
  }

 private:
  bool read_smb1(banner::Reader message);
  bool read_smb1_negotiate(banner::Reader& reader, bool is_unicode, bool is_extended);
  bool read_smb1_session_setup(banner::Reader& reader, bool is_unicode);
  bool read_smb2(banner::Reader message);
  bool read_smb2_negotiate(banner::Reader& reader);

  bool ask(std::string request) {
    constexpr unsigned kMaxRequests = 3;
    if (requests_ == kMaxRequests) return true;
    out_.request = std::move(request);
    ++requests_;
    return false;
  }
  bool end_with(std::string_view text) {
    text_ += text;
    return true;
  }

  std::string_view dialects_;
  banner::StreamOutput& out_;
  std::string text_;
  unsigned requests_ = 0;
  unsigned smb2_negotiations_ = 0;
};

bool Conversation::read(std::uint8_t session_type, Bytes message) {
  constexpr std::uint8_t kGranted = 0x82;
  constexpr std::uint8_t kRefused = 0x83;
  if (session_type == 0)
    return as_text(message).starts_with(kSmb1Magic) ? read_smb1(banner::Reader(message))
                                                    : read_smb2(banner::Reader(message));
  if (session_type == kGranted) return ask(smb1_negotiate(dialects_));
  if (session_type != kRefused) return end_with(" PARSERR(nbt-retarget) ");
  switch (banner::Reader(message).be<std::uint8_t>()) {
    case 0x80:
      return end_with("ERROR(Not listening on called name)");
    case 0x81:
      return end_with("ERROR(Not listening for calling name)");
    case 0x82:
      return end_with("ERROR(Called name not present)");
    case 0x83:
      return end_with("ERROR(Called name present, but insufficient resources)");
    case 0x8f:
      return end_with("ERROR(Unspecified error)");
    default:
      return end_with("ERROR(UNKNOWN)");
  }
}

bool Conversation::read_smb1(banner::Reader message) {
  message.skip(kSmb1Magic.size());
  const auto command = static_cast<Smb1>(message.be<std::uint8_t>());
  message.skip(sizeof(std::uint32_t));  // status
  const bool is_answer = message.be<std::uint8_t>() & 0x80;
  const auto flags = message.le<std::uint16_t>();
  message.skip(20);
  if (!message.is_ok() || !is_answer) return true;
  if (text_.empty()) text_ = "SMBv1 ";
  const bool is_unicode = flags & kUnicode;
  if (command == Smb1::kNegotiate)
    return read_smb1_negotiate(message, is_unicode, flags & kExtendedSecurity);
  if (command == Smb1::kSessionSetup) return read_smb1_session_setup(message, is_unicode);
  return true;
}

bool Conversation::read_smb1_negotiate(banner::Reader& reader, bool is_unicode, bool is_extended) {
  constexpr std::uint8_t kWords = 17;  // with fewer it is an older dialect, or none
  if (reader.be<std::uint8_t>() != kWords) return true;
  reader.skip(23);
  const auto time = reader.le<std::uint64_t>();
  const auto minutes = static_cast<std::int16_t>(reader.le<std::uint16_t>());
  const auto key_length = reader.be<std::uint8_t>();
  reader.skip(sizeof(std::uint16_t));
  if (!reader.is_ok()) return end_with(" PARSERROR[structlen] ");
  add_time(time, "time", text_);
  fmt::format_to(std::back_inserter(text_), " TZ={:+} ", minutes);
  if (is_extended) return ask(smb1_session_setup());
  reader.skip(key_length);
  for (const std::string_view name : {" domain=", " name="})
    text_.append(name).append(read_name(reader, is_unicode));
  return true;
}

bool Conversation::read_smb1_session_setup(banner::Reader& reader, bool is_unicode) {
  constexpr std::uint8_t kWords = 4;
  if (reader.be<std::uint8_t>() != kWords) return true;
  reader.skip(6);
  const auto token_length = reader.le<std::uint16_t>();
  reader.skip(sizeof(std::uint16_t));
  add_ntlm_challenge(reader.take(token_length), text_);
  if (is_unicode && reader.at() % 2 == 1) reader.skip(1);
  for (const std::string_view name : {" os=", " ver=", " domain="}) {
    if (reader.left() == 0) break;
    const std::string value = read_name(reader, is_unicode);
    text_.append(name).append(value);
    if (name == " ver=") out_.state_software(value);
  }
  return true;
}

bool Conversation::read_smb2(banner::Reader message) {
  message.skip(12);
  const auto command = static_cast<Smb2>(message.le<std::uint16_t>());
  message.skip(2);
  const bool is_answer = message.le<std::uint32_t>() & 1;
  message.skip(44);
  if (!message.is_ok() || !is_answer) return true;
  if (text_.empty()) text_ = "SMBv2 ";
  if (command == Smb2::kNegotiate) return read_smb2_negotiate(message);
  if (command == Smb2::kSessionSetup) add_ntlm_challenge(message.rest(), text_);
  return true;
}

bool Conversation::read_smb2_negotiate(banner::Reader& reader) {
  reader.skip(4);
  const auto dialect = reader.le<std::uint16_t>();
  reader.skip(2);
  if (++smb2_negotiations_ == 1) {
    std::string facts;
    add_guid(reader, facts);
    reader.skip(16);
    for (const std::string_view name : {"time", "boottime"}) {
      add_time(reader.le<std::uint64_t>(), name, facts);
      facts += ' ';
    }
    if (!reader.is_ok()) return end_with(" PARSERROR[structlen] ");
    text_ += facts;
    if (dialect == kAskAgain) return ask(smb2_negotiate());
  }
  return ask(smb2_session_setup(smb2_negotiations_));
}

template <const std::string_view& kOffered>
StreamStep read_smb(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::uint32_t kLengthBits = 0x00ff'ffff;
  if (!stream.was_asked) return StreamStep::foreign();
  Conversation conversation(kOffered, out);
  for (Bytes left = stream.received;;) {
    const banner::Match match = opens_message(as_text(left));
    if (match == banner::Match::kMaybe && !stream.has_ended) return conversation.step();
    if (match != banner::Match::kYes) return conversation.end();
    const auto header = load_be<std::uint32_t>(left);
    left = left.subspan(kSessionHeaderBytes);
    const std::size_t length = header & kLengthBits;
    const bool is_whole = length <= left.size();
    if (!is_whole && !stream.has_ended) return conversation.step();
    const Bytes message = left.first(std::min(length, left.size()));
    if (conversation.read(static_cast<std::uint8_t>(header >> 24), message) || !is_whole)
      return conversation.end();
    left = left.subspan(length);
  }
}

}  // namespace

constinit const banner::StreamProtocol kSmb = {.name = "smb",
                                               .ports = kPorts,
                                               .write_hello = write_hello<kDialects>,
                                               .read = read_smb<kDialects>};
// What --hello smbv1 asks for.
constinit const banner::StreamProtocol kSmb1 = {.name = "smb1",
                                                .ports = {},
                                                .write_hello = write_hello<kSmb1Dialect>,
                                                .read = read_smb<kSmb1Dialect>};

}  // namespace masscan::protocols
