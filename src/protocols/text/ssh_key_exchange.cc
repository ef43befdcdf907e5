#include "protocols/text/ssh_key_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "banner/reader.h"
#include "protocols/text/digest.h"
#include "record/escape.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

enum Message : std::uint8_t {
  kDisconnect = 1,
  kIgnore = 2,
  kDebug = 4,
  kKexinit = 20,
  kKexInit = 30,   // SSH_MSG_KEXDH_INIT (section 8) and SSH_MSG_KEX_ECDH_INIT (RFC 5656, 4)
  kKexReply = 31,  // of both; the host key is its first field
};

// What we can ask by, the first that the server has (section 7.1).
constexpr std::string_view kKeyExchanges =
    "curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group14-sha256,"
    "diffie-hellman-group14-sha1,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
    "ecdh-sha2-nistp256,diffie-hellman-group1-sha1";
constexpr std::string_view kHostKeys =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,"
    "rsa-sha2-256,ssh-rsa,ssh-dss";
// Nothing is encrypted by these, but a server without one of them in common says nothing more.
constexpr std::string_view kCiphers =
    "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,"
    "aes256-gcm@openssh.com,aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc,blowfish-cbc,arcfour";
constexpr std::string_view kMacs =
    "hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
    "hmac-sha1,hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,"
    "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-md5,hmac-sha1-96,hmac-md5-96";
constexpr std::string_view kCompressions = "none,zlib@openssh.com,zlib";

// Our public value. Servers that wait for our identification get it before we know what they have:
// so these bytes are one of X25519 (RFC 7748 takes any), and as a number one of each group above
// (RFC 3526), in the subgroup of its generator, which strict servers verify.
constexpr std::string_view kPublicValue = "a host key is all masscan wants~";
static_assert(kPublicValue.size() == 32);
// One of the other curve: its base point (SEC 2, 2.4.2).
constexpr std::string_view kNistCurve = "ecdh-sha2-nistp256";
constexpr std::string_view kNistPoint =
    "\x04"
    "\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2"
    "\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96"
    "\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16"
    "\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5"sv;
static_assert(kNistPoint.size() == 65);

// Returns the payload of the next packet (section 6); nullopt if it is not whole, empty if it is
// none.
std::optional<Bytes> take_payload(banner::Reader& in) {
  constexpr std::uint32_t kMinLength = 12;
  constexpr std::uint32_t kMaxLength = 35000;
  const auto length = in.be<std::uint32_t>();
  if (!in.is_ok()) return std::nullopt;
  if (length < kMinLength || length > kMaxLength) return Bytes();
  const std::size_t padding = in.be<std::uint8_t>();
  const Bytes rest = in.take(length - 1);
  if (!in.is_ok()) return std::nullopt;
  return rest.first(rest.size() - std::min(padding, rest.size()));
}

Bytes take_string(banner::Reader& in) { return in.take(in.be<std::uint32_t>()); }

// Returns the first word of `ours` that is one of `theirs`; empty if there is none.
std::string_view first_common(std::string_view ours, std::string_view theirs) {
  banner::Reader words(as_bytes(ours));
  while (words.left() > 0) {
    const std::string_view word = as_text(words.until(','));
    banner::Reader others(as_bytes(theirs));
    while (others.left() > 0) {
      if (as_text(others.until(',')) == word) return word;
    }
  }
  return {};
}

void read_lists(banner::Reader& message, SshOffer& offer) {
  constexpr std::size_t kCookieBytes = 16;
  std::array<std::string_view, SshOffer::kLists> lists;
  message.skip(kCookieBytes);
  for (std::string_view& list : lists) list = as_text(take_string(message));
  if (message.is_ok()) offer.lists = lists;
}

// Reads a message. Returns false if none behind it is wanted.
bool read_message(Bytes payload, SshOffer& offer) {
  banner::Reader message(payload);
  const auto type = message.be<std::uint8_t>();
  if (type == kIgnore || type == kDebug) return message.is_ok();
  if (type == kKexinit && !offer.has_lists()) {
    read_lists(message, offer);
    return !first_common(kKeyExchanges, offer.lists[SshOffer::kKeyExchange]).empty();
  }
  if (type == kKexReply && offer.has_lists()) offer.host_key = take_string(message);
  return false;
}

void append_number(std::string& out, std::size_t number) {
  std::array<std::byte, 4> bytes;
  store_be(bytes, 0, static_cast<std::uint32_t>(number));
  out += as_text(bytes);
}

void append_string(std::string& out, std::string_view text) {
  append_number(out, text.size());
  out += text;
}

// The length of the whole is a multiple of eight, of which at least four bytes are padding.
void append_packet(std::string& out, std::string_view payload) {
  constexpr std::size_t kBlock = 8;
  constexpr std::size_t kMinPadding = 4;
  const std::size_t head = 4 + 1;
  const std::size_t unpadded = head + payload.size() + kMinPadding;
  const std::size_t padding = kMinPadding + (kBlock - unpadded % kBlock) % kBlock;
  append_number(out, 1 + payload.size() + padding);
  out += static_cast<char>(padding);
  out += payload;
  out.append(padding, '\0');
}

}  // namespace

SshOffer read_ssh_offer(Bytes bytes) {
  SshOffer offer;
  banner::Reader in(bytes);
  while (!offer.is_whole) {
    const auto payload = take_payload(in);
    if (!payload) break;
    offer.is_whole = !read_message(*payload, offer);
  }
  return offer;
}

void append_ssh_key_exchange(std::string& out, const SshOffer& server) {
  std::string payload(1, static_cast<char>(kKexinit));
  payload.append(16, '\0');  // the cookie
  for (const std::string_view list : {kKeyExchanges, kHostKeys, kCiphers, kCiphers, kMacs, kMacs,
                                      kCompressions, kCompressions, ""sv, ""sv})
    append_string(payload, list);
  payload += '\0';  // no guess follows
  append_number(payload, 0);
  append_packet(out, payload);

  const std::string_view chosen = first_common(kKeyExchanges, server.lists[SshOffer::kKeyExchange]);
  payload = static_cast<char>(kKexInit);
  append_string(payload, chosen == kNistCurve ? kNistPoint : kPublicValue);
  append_packet(out, payload);
}

void append_ssh_goodbye(std::string& out) {
  constexpr std::size_t kByApplication = 11;
  std::string payload(1, static_cast<char>(kDisconnect));
  append_number(payload, kByApplication);
  append_string(payload, "");  // what to show
  append_string(payload, "");  // its language
  append_packet(out, payload);
}

std::string describe(const SshOffer& offer) {
  // What a client is to send is left out: what it receives is almost always the same.
  constexpr std::pair<std::string_view, SshOffer::List> kShown[] = {
      {"kex", SshOffer::kKeyExchange},
      {"hostkey", SshOffer::kHostKey},
      {"cipher", SshOffer::kCipherToClient},
      {"mac", SshOffer::kMacToClient}};
  const auto& lists = offer.lists;
  std::string text;
  for (const auto& [name, list] : kShown)
    fmt::format_to(std::back_inserter(text), "{}{}={}", text.empty() ? "" : " ", name, lists[list]);
  const std::string hassh = md5_hex(
      fmt::format("{};{};{};{}", lists[SshOffer::kKeyExchange], lists[SshOffer::kCipherToClient],
                  lists[SshOffer::kMacToClient], lists[SshOffer::kCompressionToClient]));
  if (!hassh.empty()) text.append(" hassh=").append(hassh);
  if (offer.host_key.empty()) return text;
  banner::Reader key(offer.host_key);
  fmt::format_to(std::back_inserter(text),
                 " key-type={} fingerprint=SHA256:{} key=", as_text(take_string(key)),
                 sha256_base64(offer.host_key));
  record::append_base64(text, as_text(offer.host_key));
  return text;
}

}  // namespace masscan::protocols
