// LDAP over UDP (MS-ADTS, 7.3.3.1): a few attributes of the root entry. All of them would be 50 to
// 70 times the request.
#include "banner/answer_text.h"
#include "banner/ber.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::AnswerText;
using banner::Reader;
using banner::UdpAnswer;
namespace ber = banner::ber;

constexpr std::uint32_t kMessageBits = 0x00ffffff;  // the identifier keeps its length
constexpr std::uint16_t kCldapPorts[] = {389};
constexpr banner::UdpRequest kCldapRequests[] = {
    {.name = "cldap-root",
     .payload = "\x30\x5a\x02\x04\x01\0\0\0\x63\x52\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0"
                "\x01\x01\0"
                "\x87\x0bobjectClass\x30\x32\x04\x0b"
                "dnsHostName\x04\x14"
                "defaultNamingContext"
                "\x04\x0dvendorVersion"sv,
     .token_at = 4,
     .token_bits = kMessageBits,
     .amplification = 4}};
constexpr std::uint8_t kResultEntry = 0x64;
constexpr std::uint8_t kResultDone = 0x65;

// Adds "name=value" for each value.
bool add_attribute(Bytes attribute, AnswerText& text) {
  Reader fields(attribute);
  const auto name = banner::read_ber(fields, ber::kOctetString);
  auto values = banner::open_ber(fields, ber::kSet);
  if (!name || !values) return false;
  while (values->left() > 0) {
    const auto value = banner::read_ber(*values, ber::kOctetString);
    if (!value) return false;
    text.separate(' ');
    text.add(*name);
    text.add("=");
    text.add(*value);
  }
  return true;
}

bool add_entry(Bytes entry, AnswerText& text) {
  Reader fields(entry);
  const auto name = banner::read_ber(fields, ber::kOctetString);
  auto attributes = banner::open_ber(fields, ber::kSequence);
  if (!name || !attributes) return false;
  while (attributes->left() > 0) {
    const auto attribute = banner::read_ber(*attributes, ber::kSequence);
    if (!attribute || !add_attribute(*attribute, text)) return false;
  }
  return true;
}

bool add_result(Bytes result, AnswerText& text) {
  Reader fields(result);
  const auto code = banner::read_ber(fields, ber::kEnumerated);
  if (code) text.format("result={}", banner::ber_integer(*code));
  return code.has_value();
}

std::optional<UdpAnswer> read_cldap(Bytes datagram, std::string& out) {
  Reader outer(datagram);
  auto message = banner::open_ber(outer, ber::kSequence);
  if (!message) return {};
  const auto identifier = banner::read_ber_integer(*message);
  const auto operation = banner::read_ber(*message);
  if (!identifier || !operation) return {};
  AnswerText text(out);
  const bool is_read = operation->tag == kResultEntry  ? add_entry(operation->contents, text)
                       : operation->tag == kResultDone ? add_result(operation->contents, text)
                                                       : false;
  if (!is_read) return {};
  return UdpAnswer{record::Application::kLdap,
                   static_cast<std::uint32_t>(*identifier) & kMessageBits, kMessageBits};
}

}  // namespace

constexpr banner::UdpProtocol kCldap = {"cldap", kCldapPorts, kCldapRequests, read_cldap};

}  // namespace masscan::protocols
