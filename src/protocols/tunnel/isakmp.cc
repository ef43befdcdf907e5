// ISAKMP: IKEv1 (RFC 2408, 2409) and IKEv2 (RFC 7296). On port 4500 a marker of four zero bytes
// tells it from ESP (RFC 3948). The text of version 1 is masscan's.
#include <algorithm>
#include <array>

#include "banner/answer_text.h"
#include "banner/reader.h"
#include "protocols/tunnel/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::AnswerText;

constexpr std::uint32_t kCookieStart = 0x6d617373;  // "mass"; the token is the rest of the cookie

// A chain of payloads, each of which names the type of the next (RFC 2408, 3.2).
class Payloads {
 public:
  Payloads(std::uint8_t first, Bytes bytes) : in_(bytes), next_(first) {}

  // Moves to the next payload. False at the end, and where the lengths make no sense.
  bool advance() {
    if (next_ == 0 || in_.left() < 4) return false;
    type_ = next_;
    next_ = in_.be<std::uint8_t>();
    in_.skip(1);
    const std::size_t length = in_.be<std::uint16_t>();
    if (length < 4 || length - 4 > in_.left()) return false;
    body_ = in_.take(length - 4);
    return true;
  }
  std::uint8_t type() const { return type_; }
  Bytes body() const { return body_; }

 private:
  banner::Reader in_;
  std::uint8_t next_;
  std::uint8_t type_ = 0;
  Bytes body_;
};

// RFC 2409, appendix A.
void write_attribute(std::uint16_t type, std::uint16_t value, AnswerText& text) {
  switch (type) {
    case 1:
      if (value == 5) return text.format("3DES-CBC ");
      if (value == 7) return text.format("AES-CBC ");
      return text.format("encrypt={:#x} ", value);
    case 2:
      return value == 2 ? text.format("SHA ") : text.format("hash={:#x} ", value);
    case 3:
      return value == 1 || value == 5 ? text.format("PSK ") : text.format("auth={:#x} ", value);
    case 4:   // the group
    case 11:  // the unit of the lifetime
    case 12:  // the lifetime
      return;
    case 14:
      return text.format("key={}bits ", value);
    default:
      return text.format("val={:#x} ", value);
  }
}

void write_transform(Bytes body, AnswerText& text) {
  banner::Reader in(body);
  in.skip(1);
  const auto id = in.be<std::uint8_t>();
  in.skip(2);
  if (!in.is_ok()) return;
  id == 1 ? text.format("trans=IKE ") : text.format("trans={} ", id);
  while (in.left() >= 4) {
    const auto type = in.be<std::uint16_t>();
    if ((type & 0x8000) == 0) return;  // a long one
    write_attribute(type & 0x7fff, in.be<std::uint16_t>(), text);
  }
}

void write_proposal(Bytes body, AnswerText& text) {
  banner::Reader in(body);
  const auto number = in.be<std::uint8_t>();
  const auto protocol = in.be<std::uint8_t>();
  const auto spi_size = in.be<std::uint8_t>();
  in.skip(1 + spi_size);
  if (!in.is_ok()) return;
  text.format("{} ", number);
  protocol == 1 ? text.format("id=ISAKMP ") : text.format("id={} ", protocol);
  Payloads transforms(3, in.rest());
  while (transforms.advance()) write_transform(transforms.body(), text);
}

void write_association(Bytes body, AnswerText& text) {
  banner::Reader in(body);
  const auto doi = in.be<std::uint32_t>();
  const auto situation = in.be<std::uint32_t>();
  if (!in.is_ok()) return;
  if (doi > 1) return text.format("DOI={} ", doi);
  if (doi == 0) return text.format("DOI=generic ");
  text.format("DOI=ipsec ");
  if ((situation & 1) != 0) text.format("IDENTITY ");
  if ((situation & 2) != 0) text.format("SECRECY ");
  if ((situation & 4) != 0) text.format("INTEGRITY ");
  Payloads proposals(2, in.rest());
  while (proposals.advance()) write_proposal(proposals.body(), text);
}

void write_vendor(Bytes body, AnswerText& text) {
  struct Vendor {
    std::string_view id;  // its beginning
    std::string_view name;
  };
  static constexpr Vendor kVendors[] = {
      {"\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f", "{RFC-39947-NAT} "},
      {"\x12\xf5\xf2\x8c\x45\x71\x68\xa9\x70\x2d\x9f\xe2\x74\xcc", "{CISCO-UNITY} "},
      {"\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57", "{RFC3706-DPD} "},
      {"\x09\x00\x26\x89\xdf\xd6\xb7\x12", "{XAUTH} "},
  };
  for (const Vendor& vendor : kVendors) {
    if (as_text(body).starts_with(vendor.id)) text.add(vendor.name);
  }
}

void write_v1(std::uint8_t first, Bytes body, AnswerText& text) {
  Payloads payloads(first, body);
  while (payloads.advance()) {
    switch (payloads.type()) {
      case 1:
        text.add("[SEC-ASSOC] ");
        write_association(payloads.body(), text);
        break;
      case 4:
        text.add("[KEY-XCHG] ");
        break;
      case 10:
        text.add("[NONCE] ");
        break;
      case 13:
        write_vendor(payloads.body(), text);
        break;
      case 20:
        text.add("[NAT-D] ");
        break;
      default:
        text.format("[{}] ", payloads.type());
    }
  }
}

// RFC 7296, 3.3: the one proposal that was chosen, in the numbers of IANA.
void write_choice(Bytes body, AnswerText& text) {
  static constexpr std::string_view kNames[] = {"", "encrypt", "prf", "integrity", "group", "esn"};
  banner::Reader proposal(body.subspan(std::min<std::size_t>(body.size(), 4)));
  proposal.skip(2);
  proposal.skip(proposal.be<std::uint8_t>() + 1u);
  Payloads transforms(3, proposal.rest());
  while (transforms.advance()) {
    banner::Reader in(transforms.body());
    const auto type = in.be<std::uint8_t>();
    in.skip(1);
    const auto id = in.be<std::uint16_t>();
    if (!in.is_ok() || type == 0 || type >= std::size(kNames)) continue;
    text.format("{}={} ", kNames[type], id);
    if (in.be<std::uint16_t>() == 0x800e) text.format("key={}bits ", in.be<std::uint16_t>());
  }
}

void write_notification(Bytes body, AnswerText& text) {
  banner::Reader in(body);
  in.skip(1);  // the protocol
  const auto spi_size = in.be<std::uint8_t>();
  const auto type = in.be<std::uint16_t>();
  in.skip(spi_size);
  switch (type) {
    case 5:
      return text.format("INVALID_MAJOR_VERSION ");
    case 14:
      return text.format("NO_PROPOSAL_CHOSEN ");
    case 17:
      return text.format("INVALID_KE_PAYLOAD group={} ", in.be<std::uint16_t>());
    case 16390:
      return text.format("COOKIE ");
    default:
      return text.format("{} ", type);
  }
}

void write_v2(std::uint8_t first, Bytes body, AnswerText& text) {
  Payloads payloads(first, body);
  while (payloads.advance()) {
    switch (payloads.type()) {
      case 33:
        text.add("[SEC-ASSOC] ");
        write_choice(payloads.body(), text);
        break;
      case 34:
        text.add("[KEY-XCHG] ");
        break;
      case 40:
        text.add("[NONCE] ");
        break;
      case 41:
        text.add("[NOTIFY] ");
        write_notification(payloads.body(), text);
        break;
      case 43:
        write_vendor(payloads.body(), text);
        break;
      default:
        text.format("[{}] ", payloads.type());
    }
  }
}

bool is_answer(unsigned major, std::uint64_t responder, std::uint8_t exchange, std::uint8_t flags) {
  constexpr std::uint8_t kInformational = 5;
  if (major == 1) return responder != 0 || exchange == kInformational;
  return major == 2 && (flags & 0x28) == 0x20;  // a response, and not of the initiator
}

std::optional<banner::UdpAnswer> read_isakmp(Bytes datagram, std::string& out) {
  if (datagram.size() > 4 && load_be<std::uint32_t>(datagram) == 0) datagram = datagram.subspan(4);
  banner::Reader in(datagram);
  const auto start = in.be<std::uint32_t>();
  const auto token = in.be<std::uint32_t>();
  const auto responder = in.be<std::uint64_t>();
  const auto first = in.be<std::uint8_t>();
  const auto version = in.be<std::uint8_t>();
  const auto exchange = in.be<std::uint8_t>();
  const auto flags = in.be<std::uint8_t>();
  in.skip(4);
  if (in.be<std::uint32_t>() != datagram.size() || !in.is_ok() || start != kCookieStart) return {};
  if (!is_answer(version >> 4, responder, exchange, flags)) return {};

  AnswerText text(out);
  text.format("v{}.{} xchg=", version >> 4, version & 15);
  exchange == 2 ? text.format("id-prot ") : text.format("{} ", exchange);
  if (version >> 4 == 2) {
    write_v2(first, in.rest(), text);
  } else if ((flags & 1) != 0) {
    text.add("ENCRYPTED ");
  } else {
    write_v1(first, in.rest(), text);
  }
  // Errors, in any version, may answer either.
  const std::uint32_t request = exchange == 2 ? 1 : exchange == 34 ? 2 : ~0u;
  return banner::UdpAnswer{record::Application::kIsakmp, token, ~0u, request};
}

// RFC 2409, 5.4: the beginning of main mode. The lifetime is 28,800 seconds.
constexpr std::string_view kMainMode =
    "mass????\x00\x00\x00\x00\x00\x00\x00\x00"          // cookies: ours, and none yet
    "\x01\x10\x02\x00\x00\x00\x00\x00\x00\x00\x01\x84"  // an association follows; main mode
    "\x00\x00\x01\x68\x00\x00\x00\x01\x00\x00\x00\x01"  // DOI of IPsec, identity only
    "\x00\x00\x01\x5c\x01\x01\x00\x0a"                  // a proposal of ISAKMP
    // AES-256, SHA2-256, PSK, group 14
    "\x03\x00\x00\x24\x01\x01\x00\x00"
    "\x80\x01\x00\x07\x80\x0e\x01\x00\x80\x02\x00\x04\x80\x03\x00\x01"
    "\x80\x04\x00\x0e\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // AES-128, SHA, PSK, group 2
    "\x03\x00\x00\x24\x02\x01\x00\x00"
    "\x80\x01\x00\x07\x80\x0e\x00\x80\x80\x02\x00\x02\x80\x03\x00\x01"
    "\x80\x04\x00\x02\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // 3DES, SHA, PSK, group 2
    "\x03\x00\x00\x20\x03\x01\x00\x00"
    "\x80\x01\x00\x05\x80\x02\x00\x02\x80\x03\x00\x01\x80\x04\x00\x02"
    "\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // DES, MD5, PSK, group 1
    "\x03\x00\x00\x20\x04\x01\x00\x00"
    "\x80\x01\x00\x01\x80\x02\x00\x01\x80\x03\x00\x01\x80\x04\x00\x01"
    "\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // AES-256, SHA2-256, RSA, group 14
    "\x03\x00\x00\x24\x05\x01\x00\x00"
    "\x80\x01\x00\x07\x80\x0e\x01\x00\x80\x02\x00\x04\x80\x03\x00\x03"
    "\x80\x04\x00\x0e\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // 3DES, SHA, RSA, group 2
    "\x03\x00\x00\x20\x06\x01\x00\x00"
    "\x80\x01\x00\x05\x80\x02\x00\x02\x80\x03\x00\x03\x80\x04\x00\x02"
    "\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // AES-256, SHA2-256, ECDSA, group 19
    "\x03\x00\x00\x24\x07\x01\x00\x00"
    "\x80\x01\x00\x07\x80\x0e\x01\x00\x80\x02\x00\x04\x80\x03\x00\x09"
    "\x80\x04\x00\x13\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // AES-256, SHA, XAUTH with PSK, group 2
    "\x03\x00\x00\x24\x08\x01\x00\x00"
    "\x80\x01\x00\x07\x80\x0e\x01\x00\x80\x02\x00\x02\x80\x03\xfd\xe9"
    "\x80\x04\x00\x02\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // 3DES, SHA, XAUTH with RSA, group 2
    "\x03\x00\x00\x20\x09\x01\x00\x00"
    "\x80\x01\x00\x05\x80\x02\x00\x02\x80\x03\xfd\xed\x80\x04\x00\x02"
    "\x80\x0b\x00\x01\x80\x0c\x70\x80"
    // 3DES, SHA, hybrid RSA, group 2
    "\x00\x00\x00\x20\x0a\x01\x00\x00"
    "\x80\x01\x00\x05\x80\x02\x00\x02\x80\x03\xfa\xdd\x80\x04\x00\x02"
    "\x80\x0b\x00\x01\x80\x0c\x70\x80"sv;

// RFC 7296, 1.2: IKE_SA_INIT. The key is no point that anybody chose; a server that wants another
// group says which.
constexpr std::string_view kSaInit =
    "mass????\x00\x00\x00\x00\x00\x00\x00\x00"          // cookies: ours, and none yet
    "\x21\x20\x22\x08\x00\x00\x00\x00\x00\x00\x01\x1c"  // an association follows
    "\x22\x00\x00\xb4"
    // A proposal of IKE.
    "\x02\x00\x00\x68\x01\x01\x00\x0b"
    // Encryption: AES-CBC with 256 and 128 bits, 3DES
    "\x03\x00\x00\x0c\x01\x00\x00\x0c\x80\x0e\x01\x00\x03\x00\x00\x0c\x01\x00\x00\x0c\x80\x0e\x00"
    "\x80"
    "\x03\x00\x00\x08\x01\x00\x00\x03"
    // Pseudo-random functions: SHA2-256 and SHA
    "\x03\x00\x00\x08\x02\x00\x00\x05\x03\x00\x00\x08\x02\x00\x00\x02"
    // Integrity: SHA2-256 and SHA
    "\x03\x00\x00\x08\x03\x00\x00\x0c\x03\x00\x00\x08\x03\x00\x00\x02"
    // Key exchange: groups 31, 19, 14, 2
    "\x03\x00\x00\x08\x04\x00\x00\x1f\x03\x00\x00\x08\x04\x00\x00\x13"
    "\x03\x00\x00\x08\x04\x00\x00\x0e\x00\x00\x00\x08\x04\x00\x00\x02"
    // A proposal with integrity in the encryption.
    "\x00\x00\x00\x48\x02\x01\x00\x07"
    // Encryption: AES-GCM with 256 and 128 bits
    "\x03\x00\x00\x0c\x01\x00\x00\x14\x80\x0e\x01\x00\x03\x00\x00\x0c\x01\x00\x00\x14\x80\x0e\x00"
    "\x80"
    // Pseudo-random functions: SHA2-256 and SHA
    "\x03\x00\x00\x08\x02\x00\x00\x05\x03\x00\x00\x08\x02\x00\x00\x02"
    // Key exchange: groups 31, 19, 14
    "\x03\x00\x00\x08\x04\x00\x00\x1f\x03\x00\x00\x08\x04\x00\x00\x13"
    "\x00\x00\x00\x08\x04\x00\x00\x0e"
    // Key exchange of group 31, and a nonce.
    "\x28\x00\x00\x28\x00\x1f\x00\x00"
    "masscan asks what you speak, ok?"
    "\x00\x00\x00\x24"
    "masscan asks what you speak, ok?"sv;

// The same behind the marker.
template <const std::string_view& kMessage>
constexpr auto kMarked = [] {
  std::array<char, kMessage.size() + 4> datagram{};
  std::ranges::copy(kMessage, datagram.begin() + 4);
  return datagram;
}();

constexpr banner::UdpRequest request(std::string_view name, std::string_view payload,
                                     std::uint16_t token_at) {
  // Some servers repeat their answer about ten times.
  return {name, payload, token_at, ~0u, 5};
}

constexpr banner::UdpRequest kIsakmpRequests[] = {
    request("isakmp-v1", kMainMode, 4),
    request("isakmp-v2", kSaInit, 4),
};
constexpr banner::UdpRequest kNatRequests[] = {
    request("isakmp-nat-v1", {kMarked<kMainMode>.data(), kMarked<kMainMode>.size()}, 8),
    request("isakmp-nat-v2", {kMarked<kSaInit>.data(), kMarked<kSaInit>.size()}, 8),
};
constexpr std::uint16_t kIsakmpPorts[] = {500};
constexpr std::uint16_t kNatPorts[] = {4500};

}  // namespace

const banner::UdpProtocol kIsakmp = {"isakmp", kIsakmpPorts, kIsakmpRequests, read_isakmp};
const banner::UdpProtocol kIsakmpNat = {"isakmp-nat", kNatPorts, kNatRequests, read_isakmp};

}  // namespace masscan::protocols
