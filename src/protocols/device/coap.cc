// CoAP (RFC 7252): whether a device speaks it (4.3), and what it has (RFC 6690).
#include <algorithm>
#include <array>

#include "banner/answer_text.h"
#include "banner/reader.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::AnswerText;
using banner::Reader;
using banner::UdpAnswer;

constexpr std::uint16_t kCoapPorts[] = {5683};
constexpr std::uint32_t kMessageBits = 0x0000ffff;
constexpr banner::UdpRequest kCoapRequests[] = {
    {.name = "coap-ping", .payload = "\x40\0\0\0"sv, .token_bits = kMessageBits},
    {.name = "coap-core",
     .payload = "\x40\x01\0\0\xbb.well-known\x04"
                "core"sv,
     .token_bits = kMessageBits,
     .amplification = 34}};  // Netscout counts that on average

constexpr unsigned kVersion = 1;
constexpr unsigned kAcknowledgement = 2;
constexpr unsigned kReset = 3;
constexpr std::size_t kMaxToken = 8;
constexpr std::uint8_t kPayloadMarker = 0xff;

struct Meaning {
  unsigned number;
  std::string_view text;
};
constexpr unsigned code(unsigned group, unsigned detail) { return group << 5 | detail; }
constexpr std::array kCodes = {Meaning{code(0, 0), "Empty"},
                               Meaning{code(2, 1), "Created"},
                               Meaning{code(2, 2), "Deleted"},
                               Meaning{code(2, 3), "Valid"},
                               Meaning{code(2, 4), "Changed"},
                               Meaning{code(2, 5), "Content"},
                               Meaning{code(4, 0), "Bad Request"},
                               Meaning{code(4, 1), "Unauthorized"},
                               Meaning{code(4, 2), "Bad Option"},
                               Meaning{code(4, 3), "Forbidden"},
                               Meaning{code(4, 4), "Not Found"},
                               Meaning{code(4, 5), "Method Not Allowed"},
                               Meaning{code(4, 6), "Not Acceptable"},
                               Meaning{code(4, 12), "Precondition Failed"},
                               Meaning{code(4, 13), "Request Entity Too Large"},
                               Meaning{code(4, 15), "Unsupported Content-Format"},
                               Meaning{code(5, 0), "Internal Server Error"},
                               Meaning{code(5, 1), "Not Implemented"},
                               Meaning{code(5, 2), "Bad Gateway"},
                               Meaning{code(5, 3), "Service Unavailable"},
                               Meaning{code(5, 4), "Gateway Timeout"},
                               Meaning{code(5, 5), "Proxying Not Supported"}};

constexpr unsigned kContentFormat = 12;
// As masscan prints them, one without its last slash.
constexpr std::array kOptions = {
    Meaning{1, " /If-Match/"},   Meaning{3, " /Uri-Host/"},
    Meaning{4, " /Etag"},        Meaning{5, " /If-None-Match/"},
    Meaning{7, " /Uri-Port/"},   Meaning{8, " /Location-Path/"},
    Meaning{11, " /Uri-Path/"},  Meaning{kContentFormat, " /Content-Format/"},
    Meaning{14, " /Max-Age/"},   Meaning{15, " /Uri-Query/"},
    Meaning{17, " /Accept/"},    Meaning{20, " /Location-Query/"},
    Meaning{35, " /Proxy-Uri/"}, Meaning{39, " /Proxy-Scheme/"},
    Meaning{60, " /Size1/"}};

constexpr unsigned kLinkFormat = 40;
constexpr std::array kFormats = {
    Meaning{0, " text-plain"},       Meaning{kLinkFormat, " application/link-format"},
    Meaning{41, " application/xml"}, Meaning{42, " application/octet-stream"},
    Meaning{47, " application/exi"}, Meaning{50, " application/json"}};

std::string_view meaning(std::span<const Meaning> meanings, std::uint64_t number,
                         std::string_view otherwise) {
  const auto found = std::ranges::find(meanings, number, &Meaning::number);
  return found == meanings.end() ? otherwise : found->text;
}

// Large numbers of an option follow it (3.1). Nullopt: 15 is reserved.
std::optional<std::uint32_t> read_extended(Reader& reader, unsigned nibble) {
  if (nibble == 13) return reader.be<std::uint8_t>() + 13u;
  if (nibble == 14) return reader.be<std::uint16_t>() + 269u;
  return nibble < 13 ? std::optional(nibble) : std::nullopt;
}

// Adds the options up to the payload. `format` becomes that of the content, if it is told.
bool add_options(Reader& reader, std::optional<std::uint64_t>& format, AnswerText& text) {
  std::uint32_t number = 0;
  while (reader.left() > 0) {
    const auto head = reader.be<std::uint8_t>();
    if (head == kPayloadMarker) return true;
    const auto delta = read_extended(reader, head >> 4);
    const auto length = delta ? read_extended(reader, head & 15) : std::nullopt;
    if (!length) return false;
    const Bytes value = reader.take(*length);
    if (!reader.is_ok()) return false;
    number += *delta;
    text.add(meaning(kOptions, number, " /(Unknown)/"));
    if (number != kContentFormat) continue;
    format = 0;
    for (const std::byte byte : value) *format = *format << 8 | std::to_integer<unsigned>(byte);
  }
  return true;
}

// Adds what stands in angle brackets, but not within quotes.
void add_links(std::string_view links, AnswerText& text) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (links[i] == '"') is_quoted = !is_quoted;
    if (links[i] != '<' || is_quoted) continue;
    const std::size_t end = std::min(links.find('>', i), links.size());
    text.add(" ");
    text.add(links.substr(i + 1, end - i - 1));
    i = end;
  }
}

void add_content(Reader& reader, AnswerText& text) {
  std::optional<std::uint64_t> format;
  if (!add_options(reader, format, text)) {
    text.add(" PARSE_ERR");
    return;
  }
  if (!format && reader.left() == 0) return;
  text.add(meaning(kFormats, format.value_or(0), " (unknown-content-type)"));
  if (format == kLinkFormat) add_links(as_text(reader.rest()), text);
}

std::optional<UdpAnswer> read_coap(Bytes datagram, std::string& out) {
  Reader reader(datagram);
  const auto first = reader.be<std::uint8_t>();
  const auto code = reader.be<std::uint8_t>();
  const auto message = reader.be<std::uint16_t>();
  const std::size_t token_bytes = first & 15;
  const Bytes token = reader.take(token_bytes);
  const unsigned type = first >> 4 & 3;
  if (!reader.is_ok() || first >> 6 != kVersion || token_bytes > kMaxToken) return {};
  if (type != kAcknowledgement && type != kReset) return {};
  if ((type == kReset || code == 0) && (code != 0 || datagram.size() != 4)) return {};
  const std::string_view name = meaning(kCodes, code, "");
  if (name.empty()) return {};
  AnswerText text(out);
  text.format("rsp={}.{}({})", code >> 5, code & 31, type == kReset ? "Reset" : name);
  if (!token.empty()) text.add(" token=");
  for (const std::byte byte : token) text.format("{:02x}", std::to_integer<unsigned>(byte));
  add_content(reader, text);
  return UdpAnswer{record::Application::kCoap, message, kMessageBits};
}

}  // namespace

constexpr banner::UdpProtocol kCoap = {"coap", kCoapPorts, kCoapRequests, read_coap};

}  // namespace masscan::protocols
