// Echo, quote of the day and character generator (RFC 862, 865, 864): each answers anything.
#include <algorithm>

#include "banner/answer_text.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;
using record::Application;

constexpr std::uint16_t kEchoPorts[] = {7};
constexpr std::uint16_t kQotdPorts[] = {17};
constexpr std::uint16_t kChargenPorts[] = {19};

constexpr std::string_view kMark = "masscan-";
constexpr banner::UdpRequest kEchoRequests[] = {{.name = "echo",
                                                 .payload = "masscan-test"sv,
                                                 .token_at = kMark.size(),
                                                 .token_bits = 0xffffffff}};
// The factors are those of CISA's alert TA14-017A.
constexpr banner::UdpRequest kQotdRequests[] = {
    {.name = "qotd", .payload = "masscan-test"sv, .amplification = 140.3}};
constexpr banner::UdpRequest kChargenRequests[] = {
    {.name = "chargen", .payload = "masscan-test"sv, .amplification = 358.8}};

constexpr std::size_t kMaxQuote = 512;  // RFC 865
constexpr std::size_t kMaxLine = 72;    // RFC 864
constexpr std::size_t kMinRun = 16;

std::optional<UdpAnswer> read_echo(Bytes datagram, std::string& text) {
  if (datagram.size() != kEchoRequests[0].payload.size()) return std::nullopt;
  if (!as_text(datagram).starts_with(kMark)) return std::nullopt;
  text += "echo";
  return UdpAnswer{Application::kEcho, load_be<std::uint32_t>(datagram, kMark.size()), 0xffffffff};
}

bool is_printed(char c) { return c >= ' ' || c == '\t' || c == '\r' || c == '\n'; }

// RFC 865 gives quotes no form, but the usual servers begin them with a quotation mark. Without it
// any text would be a quote.
std::optional<UdpAnswer> read_qotd(Bytes datagram, std::string& text) {
  const std::string_view quote = as_text(datagram);
  if (!quote.starts_with('"') || quote.size() > kMaxQuote) return std::nullopt;
  if (!std::ranges::all_of(quote, is_printed)) return std::nullopt;
  text += quote;
  return UdpAnswer{Application::kQotd};
}

// A line goes on with the next character of ASCII; the blank follows the last one.
bool is_next(char a, char b) { return b == a + 1 || (a == '~' && (b == ' ' || b == '!')); }

std::optional<UdpAnswer> read_chargen(Bytes datagram, std::string& text) {
  const std::string_view line = as_text(datagram).substr(0, kMaxLine);
  if (line.size() < kMinRun || line[0] < ' ') return std::nullopt;
  for (std::size_t i = 1; i < kMinRun; ++i) {
    if (!is_next(line[i - 1], line[i])) return std::nullopt;
  }
  text += line;
  return UdpAnswer{Application::kChargen};
}

}  // namespace

constexpr banner::UdpProtocol kEcho = {"echo", kEchoPorts, kEchoRequests, read_echo};
constexpr banner::UdpProtocol kQotd = {"qotd", kQotdPorts, kQotdRequests, read_qotd};
constexpr banner::UdpProtocol kChargen = {"chargen", kChargenPorts, kChargenRequests, read_chargen};

}  // namespace masscan::protocols
