// Minecraft: the status of a server.
#include <algorithm>

#include "banner/reader.h"
#include "protocols/game/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kMinecraftPorts[] = {25565};
constexpr std::size_t kNone = std::string_view::npos;

// Reads a number of seven bits a byte, the lowest first; one of more than three bytes spoils the
// reader.
std::size_t read_number(banner::Reader& reader) {
  std::size_t number = 0;
  for (unsigned shift = 0; shift < 21; shift += 7) {
    const auto byte = reader.be<std::uint8_t>();
    number |= std::size_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return number;
  }
  reader.skip(reader.left() + 1);
  return 0;
}

// Removes the picture, as masscan does.
std::string without_picture(std::string_view status) {
  const std::size_t start = std::min(status.find("data:image/png;base64"), status.size());
  return std::string(status.substr(0, start))
      .append(status.substr(std::min(status.find('"', start), status.size())));
}

// Returns the name of the version: {"version":{"name":"1.20.4","protocol":765}}.
std::string_view version_of(std::string_view status) {
  constexpr std::string_view kName = "\"name\":\"";
  const std::size_t version = status.find("\"version\":{");
  const std::size_t end = status.find('}', version);
  if (version == kNone) return {};
  const std::string_view members = status.substr(version, end - version);
  const std::size_t name = members.find(kName);
  if (name == kNone) return {};
  return members.substr(name + kName.size(),
                        members.find('"', name + kName.size()) - name - kName.size());
}

// Reads the answer: the length of the packet, its kind, the length of the text, the text.
StreamStep read_minecraft(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::size_t kMaxHead = 7;
  if (!stream.was_asked) return StreamStep::foreign();
  banner::Reader reader(stream.received);
  const std::size_t packet_length = read_number(reader);
  const std::size_t packet_start = reader.at();
  const auto kind = reader.be<std::uint8_t>();
  const std::size_t length = read_number(reader);
  const std::size_t head = reader.at() - packet_start;
  const bool has_brace = reader.be<std::uint8_t>() == '{';
  if (!reader.is_ok() && stream.received.size() <= kMaxHead && !stream.has_ended)
    return StreamStep::more();
  if (!reader.is_ok() || kind != 0 || packet_length != head + length || !has_brace)
    return StreamStep::foreign();
  const std::string_view rest = as_text(stream.received).substr(packet_start + head);
  if (rest.size() < length && !stream.has_ended) return StreamStep::more();
  const std::string status = without_picture(rest.substr(0, length));
  out.add(record::Application::kMinecraft, status);
  out.state_software(version_of(status));
  return StreamStep::done();
}

}  // namespace

// A handshake of protocol 759 that asks "localhost", port 25565, for its status, and the question.
constinit const banner::StreamProtocol kMinecraft = {
    .name = "minecraft",
    .ports = kMinecraftPorts,
    .hello = "\x10\x00\xf7\x05\x09localhost\x63\xdd\x01\x01\x00"sv,
    .read = read_minecraft};

}  // namespace masscan::protocols
