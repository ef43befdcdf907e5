#include <optional>

#include "banner/udp_protocol.h"
#include "base/file.h"
#include "base/text.h"
#include "payloads/payload.h"
#include "payloads/udp_ports.h"

namespace masscan::payloads {
namespace {

constexpr std::string_view kOption = "--udp-payload";

// Returns nullopt unless the text is pairs of hexadecimal digits.
std::optional<std::string> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto byte = parse_number<std::uint8_t>(text.substr(i, 2), 16);
    if (!byte) return std::nullopt;
    bytes += static_cast<char>(*byte);
  }
  return bytes;
}

Result<std::string> parse_bytes(std::string_view text) {
  if (text.starts_with('@')) return read_file(std::string(text.substr(1)));
  auto bytes = parse_hex(text);
  if (bytes) return *std::move(bytes);
  return usage_error("{}: '{}' is not pairs of hexadecimal digits; write e.g. 53:0a0b or 53:@FILE",
                     kOption, excerpt(text));
}

}  // namespace

Result<Payload> parse_payload_option(std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos) {
    return usage_error("{}: '{}' has no ':' behind the ports; write e.g. 53:0a0b or 53:@FILE",
                       kOption, excerpt(value));
  }
  Payload payload{.name = std::string(kOption)};
  payload.ports = TRY(parse_udp_ports(value.substr(0, colon), kOption));
  payload.bytes = TRY(parse_bytes(value.substr(colon + 1)));
  if (payload.bytes.size() <= banner::kMaxUdpRequest) return payload;
  return usage_error("{}: the payload for {} is longer than {} bytes", kOption,
                     value.substr(0, colon), banner::kMaxUdpRequest);
}

}  // namespace masscan::payloads
