// Kerberos (RFC 4120): the error for a request without a client, which tells realm and time.
#include "banner/answer_text.h"
#include "banner/ber.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::Reader;
using banner::UdpAnswer;

constexpr std::uint16_t kKerberosPorts[] = {88};
// AS-REQ: protocol 5, type 10, no options, realm MASSCAN, server krbtgt/MASSCAN, until 1970, a
// nonce, three kinds of encryption.
constexpr banner::UdpRequest kKerberosRequests[] = {
    {.name = "kerberos-as",
     .payload = "\x6a\x6a\x30\x68\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa4\x5c\x30\x5a"
                "\xa0\x07\x03\x05\0\0\0\0\0\xa2\x09\x1b\x07MASSCAN"
                "\xa3\x1c\x30\x1a\xa0\x03\x02\x01\x02\xa1\x13\x30\x11\x1b\x06krbtgt\x1b\x07MASSCAN"
                "\xa5\x11\x18\x0f"
                "19700101000000Z\xa7\x06\x02\x04mass"
                "\xa8\x0b\x30\x09\x02\x01\x12\x02\x01\x11\x02\x01\x17"sv,
     .amplification = 2}};

constexpr std::uint8_t kError = 0x7e;  // APPLICATION 30
constexpr std::uint8_t kServerTime = 0xa4;
constexpr std::uint8_t kErrorCode = 0xa6;
constexpr std::uint8_t kRealm = 0xa9;
constexpr std::uint8_t kText = 0xab;

// The fields of KRB-ERROR (5.9.1). Each is a value within its numbered tag.
bool add_field(const banner::BerField& field, banner::AnswerText& text) {
  Reader reader(field.contents);
  const auto value = banner::read_ber(reader);
  if (!value) return false;
  if (field.tag == kErrorCode) text.format(" error={}", banner::ber_integer(value->contents));
  const std::string_view name = field.tag == kServerTime ? " time="
                                : field.tag == kRealm    ? " realm="
                                : field.tag == kText     ? " text="
                                                         : "";
  if (name.empty()) return true;
  text.add(name);
  text.add(value->contents);
  return true;
}

std::optional<UdpAnswer> read_kerberos(Bytes datagram, std::string& out) {
  Reader outer(datagram);
  auto message = banner::open_ber(outer, kError);
  auto fields = message ? banner::open_ber(*message, banner::ber::kSequence) : std::nullopt;
  if (!fields) return {};
  banner::AnswerText text(out);
  text.add("KRB-ERROR");
  while (fields->left() > 0) {
    const auto field = banner::read_ber(*fields);
    if (!field || !add_field(*field, text)) return {};
  }
  return UdpAnswer{record::Application::kKerberos};
}

}  // namespace

constexpr banner::UdpProtocol kKerberos = {"kerberos", kKerberosPorts, kKerberosRequests,
                                           read_kerberos};

}  // namespace masscan::protocols
