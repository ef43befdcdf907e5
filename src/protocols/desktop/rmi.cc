// Java RMI (JRMP, RMI Wire Protocol 10.2): whether a server acknowledges the stream protocol. The
// address in its answer is ours, and is left out.
#include <algorithm>

#include "banner/reader.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {1098, 1099};
constexpr std::string_view kHello = "JRMI\0\x02\x4b"sv;

StreamStep read_rmi(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::uint8_t kProtocolAck = 0x4e;
  constexpr std::size_t kMaxHost = 253;
  if (!stream.was_asked) return StreamStep::foreign();
  banner::Reader reader(stream.received);
  if (!stream.received.empty() && reader.be<std::uint8_t>() != kProtocolAck)
    return StreamStep::foreign();
  const std::size_t length = reader.be<std::uint16_t>();
  if (reader.is_ok() && (length == 0 || length > kMaxHost)) return StreamStep::foreign();
  const std::string_view host = as_text(reader.take(std::min(length, reader.left())));
  const auto is_of_address = [](char c) { return c >= '!' && c <= '~'; };
  if (!std::ranges::all_of(host, is_of_address)) return StreamStep::foreign();
  const auto port = reader.be<std::uint32_t>();
  if (host.size() < length || !reader.is_ok())
    return stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  if (port > 0xffff) return StreamStep::foreign();
  out.add(record::Application::kRmi, "ProtocolAck");
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kRmi = {
    .name = "rmi", .ports = kPorts, .hello = kHello, .read = read_rmi};

}  // namespace masscan::protocols
