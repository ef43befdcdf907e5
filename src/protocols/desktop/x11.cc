// X11 (X Window System Protocol, chapter 8): the version, vendor and release of a display, or why
// it refuses us. No name or cookie is sent.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/desktop/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009,
                                    6010, 6011, 6012, 6013, 6014, 6015, 6016, 6017, 6018, 6019};
constexpr std::string_view kHello = "l\0\x0b\0\0\0\0\0\0\0\0\0"sv;
constexpr std::size_t kHeaderBytes = 8;
constexpr std::uint8_t kFailed = 0;
constexpr std::uint8_t kSuccess = 1;
constexpr std::uint8_t kAuthenticate = 2;

std::string_view first_line(Bytes text) {
  const std::string_view all = as_text(text);
  return all.substr(0, all.find_first_of("\n\0"sv));
}

void write_display(banner::Reader& reader, banner::Facts& facts, banner::StreamOutput& out) {
  const auto release = reader.le<std::uint32_t>();
  reader.skip(12);
  const std::size_t length = reader.le<std::uint16_t>();
  reader.skip(14);
  const std::string_view vendor = as_text(reader.take(length));
  if (!reader.is_ok()) return;
  facts.add("vendor", vendor);
  facts.add("release", release);
  out.state_software(fmt::format("{} {}", vendor, release));
}

StreamStep read_x11(const banner::Stream& stream, banner::StreamOutput& out) {
  constexpr std::uint32_t kVersion11 = 11;  // and its minor version 0 above
  if (!stream.was_asked) return StreamStep::foreign();
  banner::Reader reader(stream.received);
  const auto status = reader.be<std::uint8_t>();
  const std::size_t failed_length = reader.be<std::uint8_t>();
  if (status > kAuthenticate) return StreamStep::foreign();
  const auto version = reader.le<std::uint32_t>();
  if (status != kAuthenticate && reader.is_ok() && version != kVersion11)
    return StreamStep::foreign();
  const std::size_t length = 4 * std::size_t{reader.le<std::uint16_t>()};
  const bool is_whole = stream.received.size() >= kHeaderBytes + length && reader.is_ok();
  if (!is_whole) return stream.has_ended ? StreamStep::foreign() : StreamStep::more();
  const Bytes rest = reader.take(length);
  std::string text;
  banner::Facts facts(text);
  if (status != kAuthenticate) facts.add("version", "11.0");
  banner::Reader display(rest);
  if (status == kSuccess) write_display(display, facts, out);
  if (status == kFailed)
    facts.add("refused", first_line(rest.first(std::min(failed_length, length))));
  if (status == kAuthenticate) facts.add("authenticate", first_line(rest));
  out.add(record::Application::kX11, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kX11 = {
    .name = "x11", .ports = kPorts, .hello = kHello, .read = read_x11};

}  // namespace masscan::protocols
