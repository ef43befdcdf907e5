// Apple Filing Protocol: the status of a server (DSIGetStatus and FPGetSrvrInfo), which it tells
// without a session.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {548};
constexpr std::string_view kHello = "\0\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0\0"sv;
constexpr std::string_view kAnswer = "\x01\x03\0\x01"sv;

// A string behind the byte of its length.
std::string_view read_string(banner::Reader& reader) {
  return as_text(reader.take(reader.be<std::uint8_t>()));
}

// What lies at an offset of the block.
banner::Reader part(Bytes block, std::size_t offset) {
  banner::Reader reader(block);
  reader.skip(offset);
  return reader;
}

void add_list(banner::Facts& facts, std::string_view name, banner::Reader list) {
  for (int left = list.be<std::uint8_t>(), first = left; left > 0; --left) {
    const std::string_view item = read_string(list);
    if (!list.is_ok()) return;
    left == first ? facts.add(name, item) : facts.extend(item);
  }
}

StreamStep read_afp(const banner::Stream& stream, banner::StreamOutput& out) {
  const std::string_view start = as_text(stream.received).substr(0, kAnswer.size());
  if (!stream.was_asked || !kAnswer.starts_with(start)) return StreamStep::foreign();
  banner::Reader reader(stream.received);
  reader.skip(kAnswer.size());
  const auto error = reader.be<std::uint32_t>();
  const std::size_t length = reader.be<std::uint32_t>();
  reader.skip(sizeof(std::uint32_t));
  const Bytes block = reader.take(length);
  if (!reader.is_ok()) return stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  banner::Reader info(block);
  const auto machine = info.be<std::uint16_t>();
  const auto versions = info.be<std::uint16_t>();
  const auto methods = info.be<std::uint16_t>();
  info.skip(4);  // icon, flags
  std::string text;
  banner::Facts facts(text);
  if (error != 0) facts.add("error", error);
  facts.add("name", read_string(info));
  if (info.is_ok()) {
    banner::Reader type = part(block, machine);
    const std::string_view name = read_string(type);
    out.state_software(name);
    facts.add("machine", name);
    add_list(facts, "versions", part(block, versions));
    add_list(facts, "uams", part(block, methods));
  }
  out.add(record::Application::kAfp, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kAfp = {
    .name = "afp", .ports = kPorts, .hello = kHello, .read = read_afp};

}  // namespace masscan::protocols
