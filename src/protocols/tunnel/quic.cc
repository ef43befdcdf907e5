// QUIC (RFC 8999): a packet of a version that nobody speaks, to which servers answer with those
// that they speak.
#include <algorithm>
#include <array>

#include "banner/facts.h"
#include "banner/reader.h"
#include "base/text.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxConnectionId = 20;

// Writes "v1", "draft-29", "Q046" (Google's) or a number.
std::string version_name(std::uint32_t version) {
  if (version == 1) return "v1";
  if (version == 0x6b3343cf) return "v2";
  if (version >> 8 == 0xff0000) return fmt::format("draft-{}", version & 0xff);
  const std::uint32_t letter = version >> 24;
  if (letter == 'Q' || letter == 'T') {
    const char name[] = {static_cast<char>(letter), static_cast<char>(version >> 16),
                         static_cast<char>(version >> 8), static_cast<char>(version)};
    if (std::all_of(name + 1, name + 4, is_digit)) return std::string(name, sizeof name);
  }
  return fmt::format("{:#010x}", version);
}

// True for the versions that servers invent so that clients ignore them (RFC 9000, 15).
bool is_reserved(std::uint32_t version) { return (version & 0x0f0f0f0f) == 0x0a0a0a0a; }

std::optional<banner::UdpAnswer> read_quic(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const bool is_long = (in.be<std::uint8_t>() & 0x80) != 0;
  const bool is_negotiation = in.be<std::uint32_t>() == 0;
  const std::size_t ours = in.be<std::uint8_t>();
  in.skip(ours);
  const std::size_t theirs = in.be<std::uint8_t>();
  banner::Reader id(in.take(theirs));  // the destination of our packet
  const auto token = id.be<std::uint32_t>();
  if (!is_long || !is_negotiation || !in.is_ok() || !id.is_ok()) return {};
  if (ours > kMaxConnectionId || theirs > kMaxConnectionId) return {};
  if (in.left() == 0 || in.left() % 4 != 0) return {};
  banner::Facts facts(text);
  facts.add("version negotiation");
  bool is_first = true;
  while (in.left() > 0) {
    const auto version = in.be<std::uint32_t>();
    if (is_reserved(version)) continue;
    is_first ? facts.add("versions", version_name(version)) : facts.extend(version_name(version));
    is_first = false;
  }
  return banner::UdpAnswer{record::Application::kQuic, token, ~0u};
}

// Servers ignore packets below 1200 bytes, lest they amplify (RFC 9000, 14.1).
constexpr auto kInitial = [] {
  std::array<char, 1200> packet{};
  constexpr std::string_view kHeader =
      "\xc0\x1a\x2a\x3a\x4a"  // long header, a reserved version
      "\x08????scan"          // the connection of the server,
      "\x08masscan1"          // ours,
      "\x00\x44\x96"sv;       // no address token, the 1174 bytes that follow
  std::ranges::copy(kHeader, packet.begin());
  return packet;
}();

constexpr std::uint16_t kQuicPorts[] = {443};
constexpr banner::UdpRequest kQuicRequests[] = {{
    .name = "quic-version",
    .payload = {kInitial.data(), kInitial.size()},
    .token_at = 6,
    .token_bits = ~0u,
}};

}  // namespace

const banner::UdpProtocol kQuic = {"quic", kQuicPorts, kQuicRequests, read_quic};

}  // namespace masscan::protocols
