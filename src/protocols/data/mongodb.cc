// MongoDB: isMaster in its old form, which all versions answer, then buildInfo, which states the
// version (MongoDB's wire protocol: OP_QUERY, OP_REPLY, OP_MSG; bsonspec.org).
#include <array>

#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::Reader;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {27017, 27018, 27019, 9001, 49153};
constexpr banner::Framing kFraming = {.opening = "mass"sv,  // the number of our request
                                      .opening_at = 8,
                                      .length_bytes = 4,
                                      .order = std::endian::little,
                                      .least = 16 + 5 + 5};
constexpr std::uint32_t kReply = 1;
constexpr std::uint32_t kMessage = 2013;
constexpr std::int32_t kFirstWithMessages = 6;  // maxWireVersion of MongoDB 3.6

constexpr std::string_view kIsMaster =
    "\x3a\x00\x00\x00mass\x00\x00\x00\x00\xd4\x07\x00\x00"
    "\x00\x00\x00\x00"
    "admin.$cmd\x00\x00\x00\x00\x00\xff\xff\xff\xff"
    "\x13\x00\x00\x00\x10isMaster\x00\x01\x00\x00\x00\x00"sv;
constexpr std::string_view kOldBuildInfo =
    "\x3b\x00\x00\x00mass\x00\x00\x00\x00\xd4\x07\x00\x00"
    "\x00\x00\x00\x00"
    "admin.$cmd\x00\x00\x00\x00\x00\xff\xff\xff\xff"
    "\x14\x00\x00\x00\x10"
    "buildInfo\x00\x01\x00\x00\x00\x00"sv;
constexpr std::string_view kBuildInfo =
    "\x38\x00\x00\x00mass\x00\x00\x00\x00\xdd\x07\x00\x00"
    "\x00\x00\x00\x00\x00"
    "\x23\x00\x00\x00\x10"
    "buildInfo\x00\x01\x00\x00\x00"
    "\x02$db\x00\x06\x00\x00\x00"
    "admin\x00\x00"sv;
constexpr std::string_view kFields[] = {"ismaster",       "msg",     "setName",    "errmsg",
                                        "maxWireVersion", "version", "gitVersion", "bits"};

enum Type : std::uint8_t { kString = 0x02, kBoolean = 0x08, kInt32 = 0x10 };
struct Size {
  std::uint8_t type;
  bool is_stated;     // in the first four bytes
  std::int64_t more;  // bytes besides
};
// Of regular expressions, which nobody answers, we know none.
constexpr Size kSizes[] = {
    {0x01, false, 8},   {kString, true, 0}, {0x03, true, -4},  {0x04, true, -4},
    {0x05, true, 1},    {0x06, false, 0},   {0x07, false, 12}, {kBoolean, false, 1},
    {0x09, false, 8},   {0x0a, false, 0},   {0x0d, true, 0},   {0x0e, true, 0},
    {kInt32, false, 4}, {0x11, false, 8},   {0x12, false, 8},  {0x13, false, 16}};

// Returns the bytes of the next value; nullopt if its length is not known or does not fit.
std::optional<Bytes> take_value(Reader& in, std::uint8_t type) {
  const auto* const size = std::ranges::find(kSizes, type, &Size::type);
  if (size == std::end(kSizes)) return std::nullopt;
  const std::int64_t length = (size->is_stated ? in.le<std::uint32_t>() : 0) + size->more;
  if (length < 0) return std::nullopt;
  const Bytes value = in.take(static_cast<std::size_t>(length));
  return in.is_ok() ? std::optional(value) : std::nullopt;
}

struct Server {
  bool is_known = false;
  std::int32_t wire_version = 0;
  std::string version;
};

// Reads the elements of a document, of which we keep few and enter none.
void read_document(Bytes document, banner::Facts& facts, Server& server) {
  Reader in(document);
  in.skip(4);  // its length
  while (const auto type = in.be<std::uint8_t>()) {
    const std::string_view name = as_text(in.until('\0'));
    const auto value = take_value(in, type);
    if (!value) return;
    if (std::ranges::find(kFields, name) == std::end(kFields)) continue;
    server.is_known = true;
    if (type == kString && !value->empty()) {
      const std::string_view text = as_text(value->first(value->size() - 1));
      facts.add(name, text);
      if (name == "version") server.version = text.substr(0, banner::Facts::kMaxValue);
    } else if (type == kBoolean) {
      facts.add(name, value->front() == std::byte{} ? "false" : "true");
    } else if (type == kInt32) {
      const auto number = static_cast<std::int32_t>(load_le<std::uint32_t>(*value));
      facts.add(name, fmt::format("{}", number));
      if (name == "maxWireVersion") server.wire_version = number;
    }
  }
}

void read_message(Bytes message, banner::Facts& facts, Server& server) {
  switch (load_le<std::uint32_t>(message, 12)) {
    case kReply:
      if (message.size() > 36) read_document(message.subspan(36), facts, server);
      break;
    case kMessage:
      read_document(message.subspan(21), facts, server);
      break;
    default:
      break;
  }
}

StreamStep read_mongodb(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes greeting = messages.take();
  if (greeting.empty()) return messages.step();
  std::string text;
  banner::Facts facts(text);
  Server server;
  read_message(greeting, facts, server);
  if (!server.is_known) return StreamStep::foreign();
  const Bytes build = messages.take();
  if (build.empty() && messages.step().kind == StreamStep::Kind::kMore) {
    out.request = server.wire_version < kFirstWithMessages ? kOldBuildInfo : kBuildInfo;
    return StreamStep::send(1);
  }
  if (!build.empty()) read_message(build, facts, server);
  if (!server.version.empty()) out.state_software("MongoDB " + server.version);
  out.add(record::Application::kMongodb, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kMongodb = {
    .name = "mongodb", .ports = kPorts, .hello = kIsMaster, .read = read_mongodb};

}  // namespace masscan::protocols
