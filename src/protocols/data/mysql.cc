// MySQL and MariaDB: the greeting ("Protocol::HandshakeV10" of MySQL's documentation), or the error
// that stands in its place.
#include "banner/facts.h"
#include "banner/messages.h"
#include "banner/reader.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {3306, 3307};
constexpr banner::Framing kFraming = {.opening = "\0"sv,  // the first packet
                                      .opening_at = 3,
                                      .length_bytes = 3,
                                      .order = std::endian::little,
                                      .uncounted = 4,
                                      .least = 8,
                                      .most = 1024,
                                      .is_answer = false};
constexpr std::uint8_t kProtocol9 = 9;  // before MySQL 4.1
constexpr std::uint8_t kProtocol10 = 10;
constexpr std::uint8_t kError = 0xff;
constexpr std::uint32_t kTls = 0x0800;  // CLIENT_SSL

void read_error(banner::Reader& in, banner::Facts& facts) {
  facts.add("error", in.le<std::uint16_t>());
  std::string_view message = as_text(in.rest());
  constexpr std::size_t kState = 6;  // "#08004", which old versions leave out
  if (message.starts_with('#')) message.remove_prefix(std::min(message.size(), kState));
  facts.add("message", message);
}

// MariaDB's version lies behind "5.5.5-" for the sake of old clients.
std::string software(std::string_view version) {
  constexpr std::string_view kFalse = "5.5.5-";
  constexpr std::string_view kMaria = "-MariaDB";
  const std::size_t maria = version.find(kMaria);
  if (maria == std::string_view::npos) return fmt::format("MySQL {}", version);
  version = version.substr(0, maria);
  if (version.starts_with(kFalse)) version.remove_prefix(kFalse.size());
  return fmt::format("MariaDB {}", version);
}

// Returns false if the greeting is too short.
bool read_greeting(banner::Reader& in, banner::Facts& facts, banner::StreamOutput& out) {
  const std::string_view version = as_text(in.until('\0'));
  in.skip(4 + 8);  // thread, the first part of the salt
  if (!in.is_ok() || version.empty()) return false;
  out.state_software(software(version));
  facts.add("version", version);
  in.skip(1);
  std::uint32_t capabilities = in.le<std::uint16_t>();
  in.skip(1 + 2);  // character set, status
  capabilities |= std::uint32_t{in.le<std::uint16_t>()} << 16;
  const std::size_t salt = in.le<std::uint8_t>();
  if (capabilities != 0) facts.add("capabilities", fmt::format("{:#010x}", capabilities));
  if (capabilities & kTls) facts.add("tls");
  in.skip(10 + std::max<std::size_t>(13, salt < 8 ? 0 : salt - 8));
  facts.add("auth", as_text(in.until('\0')));
  return true;
}

StreamStep read_mysql(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Reader in(stream.received);
  in.skip(4);
  const auto kind = in.be<std::uint8_t>();
  if (in.is_ok() && kind != kProtocol10 && kind != kProtocol9 && kind != kError)
    return StreamStep::foreign();
  banner::Messages messages(stream, kFraming);
  const Bytes message = messages.take();
  if (message.empty()) return messages.step();
  std::string text;
  banner::Facts facts(text);
  in = banner::Reader(message.subspan(5));
  if (kind == kError) {
    read_error(in, facts);
  } else if (!read_greeting(in, facts, out)) {
    return StreamStep::foreign();
  }
  out.add(record::Application::kMysql, text);
  return StreamStep::done();
}

}  // namespace

constinit const banner::StreamProtocol kMysql = {
    .name = "mysql", .ports = kPorts, .read = read_mysql};

}  // namespace masscan::protocols
