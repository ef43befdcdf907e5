// Microsoft SQL Server: its version and whether it encrypts, before the login ([MS-TDS] 2.2.6.5).
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {1433};
constexpr std::size_t kHeader = 8;
constexpr banner::Framing kFraming = {
    .opening = "\x04\x01"sv, .length_at = 2, .least = kHeader + 1, .most = 4096};
constexpr std::uint8_t kVersion = 0;
constexpr std::uint8_t kEncryption = 1;
constexpr std::uint8_t kEnd = 0xff;
constexpr std::string_view kEncryptions[] = {"off", "on", "unavailable", "required"};

StreamStep read_mssql(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  const Bytes data = message.subspan(kHeader);
  banner::Reader options(data);
  std::string text;
  banner::Facts facts(text);
  for (auto option = options.be<std::uint8_t>(); option != kEnd;
       option = options.be<std::uint8_t>()) {
    banner::Reader value(data);
    value.skip(options.be<std::uint16_t>());
    value = banner::Reader(value.take(options.be<std::uint16_t>()));
    if (!options.is_ok()) return StreamStep::foreign();
    const unsigned first = value.be<std::uint8_t>();
    if (option == kEncryption && first < std::size(kEncryptions))
      facts.add("encryption", kEncryptions[first]);
    if (option != kVersion) continue;
    const unsigned minor = value.be<std::uint8_t>();
    const unsigned build = value.be<std::uint16_t>();
    if (!value.is_ok()) return StreamStep::foreign();
    const std::string version = fmt::format("{}.{}.{}", first, minor, build);
    facts.add("version", version);
    out.state_software("Microsoft SQL Server " + version);
  }
  if (text.empty()) return StreamStep::foreign();
  out.add(record::Application::kMssql, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kMssql = {.name = "mssql",
                                                 .ports = kPorts,
                                                 .hello =
                                                     "\x12\x01\x00\x1a\x00\x00\x00\x00"  // PRELOGIN
                                                     "\x00\x00\x0b\x00\x06"              // VERSION,
                                                     "\x01\x00\x11\x00\x01"  // ENCRYPTION
                                                     "\xff"
                                                     "\x00\x00\x00\x00\x00\x00"  // of no version,
                                                     "\x02"sv,  // without encryption
                                                 .read = read_mssql};

}  // namespace masscan::protocols
