// Oracle's listener: its version, which it tells or which its refusal contains. The documentation
// names the request ("lsnrctl version") and the errors, but not the bytes of TNS.
#include "banner/facts.h"
#include "banner/messages.h"
#include "base/text.h"
#include "protocols/data/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::StreamStep;

constexpr std::uint16_t kPorts[] = {1521, 1522, 1526};
constexpr std::size_t kHeader = 8;
constexpr banner::Framing kFraming = {
    .opening = "\0\0"sv, .opening_at = 2, .least = kHeader, .most = 8192};
enum Packet : std::uint8_t { kAccept = 2, kRefuse = 4, kRedirect = 5, kData = 6, kResend = 11 };

constexpr std::string_view kConnect =
    "\x00\x5a\x00\x00\x01\x00\x00\x00"          // 90 bytes, CONNECT
    "\x01\x3a\x01\x2c\x00\x01\x20\x00\x20\x00"  // versions 314 and 300, sizes of units
    "\x4f\x98\x00\x00\x00\x01\x00\x20\x00\x3a"  // capabilities, 32 bytes at 58
    "\x00\x00\x00\x00\x04\x04"                  // no other services
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "(CONNECT_DATA=(COMMAND=version))"sv;
static_assert(kConnect.size() == 0x5a);

// The number behind `name` in "(DESCRIPTION=(VSNNUM=318767104)(ERR=1189)...)".
std::optional<std::uint32_t> number_of(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + name.size());
  return parse_number<std::uint32_t>(text.substr(0, text.find(')')));
}

void add_description(std::string_view text, banner::Facts& facts, banner::StreamOutput& out) {
  if (const auto number = number_of(text, "(VSNNUM=")) {
    const std::uint32_t bits = *number;
    const std::string version = fmt::format("{}.{}.{}.{}.{}", bits >> 24, bits >> 20 & 0xf,
                                            bits >> 12 & 0xff, bits >> 8 & 0xf, bits & 0xff);
    facts.add("version", version);
    out.state_software("TNSLSNR " + version);
  }
  if (const auto error = number_of(text, "(ERR="); error.value_or(0) != 0)
    facts.add("error", *error);
}

StreamStep read_oracle(const banner::Stream& stream, banner::StreamOutput& out) {
  banner::Messages messages(stream, kFraming);
  std::string text;
  banner::Facts facts(text);
  const auto done = [&] {
    out.add(record::Application::kOracle, text);
    return StreamStep::done();
  };
  unsigned resends = 0;
  for (Bytes message = messages.take(); !message.empty(); message = messages.take()) {
    const auto packet = std::to_integer<std::uint8_t>(message[4]);
    const std::string_view body = as_text(message.subspan(kHeader));
    if (packet == kResend && ++resends == 1) continue;
    if (packet < kAccept || packet > kData || packet == 3) return StreamStep::foreign();
    if (packet == kRefuse) facts.add("refused");
    if (packet == kRedirect) facts.add("redirected");
    if (packet == kAccept && text.empty()) facts.add("accepted");
    add_description(body, facts, out);
    if (packet == kData && body.size() > 2)  // flags, then lines
      facts.add("banner", body.substr(2, body.find('\n') - 2));
    if (packet != kAccept) return done();
  }
  if (stream.has_ended && !text.empty()) return done();
  const StreamStep step = messages.step();
  if (step.kind == StreamStep::Kind::kMore && resends == 1 && text.empty()) {
    out.request = kConnect;
    return StreamStep::send(1);
  }
  return step;
}

}  // namespace

constinit const banner::StreamProtocol kOracle = {
    .name = "oracle", .ports = kPorts, .hello = kConnect, .read = read_oracle};

}  // namespace masscan::protocols
