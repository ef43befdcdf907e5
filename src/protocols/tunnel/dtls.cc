// DTLS (RFC 6347): a ClientHello without a cookie. Most servers answer with a cookie and remember
// nothing.
#include <algorithm>
#include <array>

#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t kAlert = 21;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kServerHello = 2;
constexpr std::uint8_t kHelloVerifyRequest = 3;

// Empty for a number that is no version.
std::string_view version_name(std::uint16_t version) {
  if (version == 0xfeff) return "DTLS/1.0";
  if (version == 0xfefd) return "DTLS/1.2";
  return {};
}

bool read_alert(Bytes body, std::string_view version, banner::Facts& facts) {
  if (body.size() != 2) return false;
  facts.add(version);
  facts.add("alert", load_be<std::uint8_t>(body, 1));
  return true;
}

bool read_handshake(Bytes body, banner::Facts& facts) {
  banner::Reader in(body);
  const auto type = in.be<std::uint8_t>();
  in.skip(3 + 2 + 3 + 3);  // length, number, fragment
  const std::string_view version = version_name(in.be<std::uint16_t>());
  if (version.empty()) return false;
  if (type == kHelloVerifyRequest) {
    const Bytes cookie = in.take(in.be<std::uint8_t>());
    if (!in.is_ok() || cookie.empty()) return false;
    facts.add(version);
    facts.add("HelloVerifyRequest");
    return true;
  }
  if (type != kServerHello) return false;
  in.skip(32);  // the random
  in.skip(in.be<std::uint8_t>());
  const auto cipher = in.be<std::uint16_t>();
  if (!in.is_ok()) return false;
  facts.add(version);
  facts.add("cipher", fmt::format("{:#06x}", cipher));
  return true;
}

// Nothing of the hello returns for certain: a server may number its records as it likes.
std::optional<banner::UdpAnswer> read_dtls(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto type = in.be<std::uint8_t>();
  const std::string_view version = version_name(in.be<std::uint16_t>());
  const auto epoch = in.be<std::uint16_t>();
  in.skip(6);
  const Bytes body = in.take(in.be<std::uint16_t>());
  if (!in.is_ok() || version.empty() || epoch != 0) return {};
  banner::Facts facts(text);
  const bool is_answer = type == kHandshake ? read_handshake(body, facts)
                         : type == kAlert   ? read_alert(body, version, facts)
                                            : false;
  if (!is_answer) return {};
  return banner::UdpAnswer{record::Application::kDtls};
}

// The padding (RFC 7685) keeps a server that sends its certificates at once from amplifying.
constexpr auto kClientHello = [] {
  std::array<char, 400> hello{};
  constexpr std::string_view kBeginning =
      "\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x01\x83"  // record of 387 bytes
      "\x01\x00\x01\x77\x00\x00\x00\x00\x00\x00\x01\x77"      // ClientHello of 375 bytes
      "\xfe\xfd"                                              // DTLS 1.2
      "masscan asks what you speak, ok?"                      // random
      "\x00\x00"                                              // no session, no cookie
      "\x00\x14\xc0\x2b\xc0\x2c\xc0\x2f\xc0\x30\xcc\xa8"      // suites: ECDHE with AES-GCM and
      "\xc0\x14\x00\x9c\x00\x2f\x00\xa8\x00\xff"              // ChaCha20, RSA, PSK; RFC 5746
      "\x01\x00"                                              // no compression
      "\x01\x35"                                              // 309 bytes of extensions
      "\x00\x0a\x00\x08\x00\x06\x00\x1d\x00\x17\x00\x18"      // groups: x25519, P-256, P-384
      "\x00\x0b\x00\x02\x01\x00"                              // uncompressed points
      "\x00\x0d\x00\x0e\x00\x0c\x04\x03\x05\x03\x08\x04\x08\x05\x04\x01\x05\x01"  // signatures
      "\x00\x17\x00\x00"     // extended master secret
      "\x00\x15\x01\x09"sv;  // padding of 265 bytes
  std::ranges::copy(kBeginning, hello.begin());
  return hello;
}();

constexpr std::uint16_t kDtlsPorts[] = {443, 4433, 5684};
constexpr banner::UdpRequest kDtlsRequests[] = {{
    .name = "dtls-hello",
    .payload = {kClientHello.data(), kClientHello.size()},
    .amplification = 8,  // about 3 KiB where the certificates come without a cookie
}};

}  // namespace

const banner::UdpProtocol kDtls = {"dtls", kDtlsPorts, kDtlsRequests, read_dtls};

}  // namespace masscan::protocols
