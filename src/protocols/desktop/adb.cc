// Android Debug Bridge: the banner of a device, or what it wants before it has one. No key is
// offered, so nobody is asked to allow us in.
#include <algorithm>

#include "banner/reader.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {5555};
constexpr std::string_view kHello =  // version 1, at most 4096 bytes, the sum of "host::\0"
    "CNXN\0\0\0\x01\0\x10\0\0\x07\0\0\0\x32\x02\0\0\xbc\xb1\xa7\xb1host::\0"sv;
constexpr std::size_t kHeaderBytes = 24;

StreamStep read_adb(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::string_view kCommands[] = {"CNXN", "AUTH", "STLS"};
  const std::string_view received = as_text(stream.received);
  const std::string_view command = received.substr(0, 4);
  const bool is_known = std::ranges::any_of(
      kCommands, [command](std::string_view known) { return known.starts_with(command); });
  if (!stream.was_asked || !is_known) return StreamStep::foreign();
  const auto incomplete = stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  if (received.size() < kHeaderBytes) return incomplete;
  banner::Reader reader(stream.received);
  const auto number = reader.le<std::uint32_t>();
  reader.skip(8);
  const std::size_t length = reader.le<std::uint32_t>();
  reader.skip(4);
  if (reader.le<std::uint32_t>() != ~number) return StreamStep::foreign();
  if (reader.left() < length && !stream.has_ended) return StreamStep::more();
  std::string_view text = as_text(reader.take(std::min(length, reader.left())));
  if (text.starts_with("host:")) return StreamStep::foreign();  // an echo
  text = text.substr(0, text.find('\0'));
  if (command == "AUTH") text = "authentication required";
  if (command == "STLS") text = "TLS required";
  out.add(record::Application::kAdb, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kAdb = {
    .name = "adb", .ports = kPorts, .hello = kHello, .read = read_adb};

}  // namespace masscan::protocols
