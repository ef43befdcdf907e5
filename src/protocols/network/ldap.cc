// LDAP (RFC 4511), over UDP too (MS-ADTS, 7.3.3.1): a few attributes of the root entry, which are
// there for everybody. Over UDP all of them would be 50 to 70 times the request.
#include "banner/answer_text.h"
#include "banner/ber.h"
#include "banner/facts.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::AnswerText;
using banner::Reader;
using banner::StreamStep;
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
constexpr std::uint16_t kLdapPorts[] = {389, 390, 3268, 256, 257, 1702, 3892, 11711};
constexpr std::string_view kLdapSearch =
    "\x30\x81\xb7\x02\x01\x01\x63\x81\xb1\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0"
    "\x01\x01\0"
    "\x87\x0bobjectClass\x30\x81\x90\x04\x0d"
    "vendorVersion\x04\x0b"
    "dnsHostName\x04\x14"
    "defaultNamingContext\x04\x0enamingContexts\x04\x14supportedLDAPVersion\x04\x17"
    "supportedSASLMechanisms\x04\x1d"
    "domainControllerFunctionality"sv;
static_assert(kLdapSearch.size() == 3 + 0xb7);
constexpr std::string_view kLdapUnbind = "\x30\x05\x02\x01\x02\x42\0"sv;
constexpr std::uint8_t kResultEntry = 0x64;
constexpr std::uint8_t kResultDone = 0x65;
constexpr std::uint8_t kExtendedResponse = 0x78;  // the server is going to disconnect

// Adds "name=value" for each value.
bool add_attribute(Bytes attribute, AnswerText& text, std::string_view& software) {
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
    if (as_text(*name) == "vendorVersion") software = as_text(*value);
  }
  return true;
}

bool add_entry(Bytes entry, AnswerText& text, std::string_view& software) {
  Reader fields(entry);
  const auto name = banner::read_ber(fields, ber::kOctetString);
  auto attributes = banner::open_ber(fields, ber::kSequence);
  if (!name || !attributes) return false;
  while (attributes->left() > 0) {
    const auto attribute = banner::read_ber(*attributes, ber::kSequence);
    if (!attribute || !add_attribute(*attribute, text, software)) return false;
  }
  return true;
}

bool add_result(Bytes result, AnswerText& text) {
  Reader fields(result);
  const auto code = banner::read_ber(fields, ber::kEnumerated);
  if (code) text.format("result={}", banner::ber_integer(*code));
  return code.has_value();
}

struct Message {
  std::int64_t identifier = 0;
  banner::BerField operation;
};

// Takes the next message; nullopt if it is none, which leaves `reader` spoilt if it is not all
// there.
std::optional<Message> take_message(Reader& reader) {
  auto message = banner::open_ber(reader, ber::kSequence);
  if (!message) return {};
  const auto identifier = banner::read_ber_integer(*message);
  const auto operation = banner::read_ber(*message);
  if (!identifier || !operation) return {};
  return Message{*identifier, *operation};
}

bool add_operation(const banner::BerField& operation, AnswerText& text,
                   std::string_view& software) {
  switch (operation.tag) {
    case kResultEntry:
      return add_entry(operation.contents, text, software);
    case kResultDone:
    case kExtendedResponse:
      return text.size() > 0 || add_result(operation.contents, text);
    default:
      return false;
  }
}

std::optional<UdpAnswer> read_cldap(Bytes datagram, std::string& out) {
  Reader outer(datagram);
  const auto message = take_message(outer);
  if (!message) return {};
  AnswerText text(out);
  std::string_view software;
  if (!add_operation(message->operation, text, software)) return {};
  return UdpAnswer{.application = record::Application::kLdap,
                   .token = static_cast<std::uint32_t>(message->identifier) & kMessageBits,
                   .token_bits = kMessageBits,
                   .software = {software}};
}

// An entry, then the result; only the result if there is no entry for us.
StreamStep read_ldap(const banner::Stream& stream, banner::StreamOutput& out) {
  const bool is_sequence =
      stream.received.empty() || stream.received[0] == std::byte{ber::kSequence};
  if (!stream.was_asked || !is_sequence) return StreamStep::foreign();
  std::string found;
  std::string_view software;
  AnswerText text(found);
  Reader reader(stream.received);
  bool is_complete = false;
  while (!is_complete) {
    const auto message = take_message(reader);
    if (!message) break;
    if (!add_operation(message->operation, text, software)) return StreamStep::foreign();
    is_complete = message->operation.tag != kResultEntry;
  }
  const bool is_cut = !is_complete && !reader.is_ok();
  if (is_cut && !stream.has_ended) return StreamStep::more();
  if (!is_complete && (!is_cut || found.empty())) return StreamStep::foreign();
  if (is_complete) out.request = kLdapUnbind;
  out.add(record::Application::kLdap, found);
  out.state_software(software);
  return StreamStep::done();
}

}  // namespace

constexpr banner::UdpProtocol kCldap = {"cldap", kCldapPorts, kCldapRequests, read_cldap};
constinit const banner::StreamProtocol kLdap = {
    .name = "ldap", .ports = kLdapPorts, .hello = kLdapSearch, .read = read_ldap};

}  // namespace masscan::protocols
