// SNMP: what a system says of itself, in versions 1 and 2c (RFC 3416), and the identity of the
// engine in version 3, which any of them tells (RFC 3414, 4).
#include <algorithm>
#include <array>

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

// The first byte of an identifier is 1, so that every token is encoded in four bytes.
constexpr std::uint32_t kIdentifierBits = 0x00ffffff;

constexpr std::uint16_t kSnmpPorts[] = {161};
constexpr banner::UdpRequest kSnmpRequests[] = {
    {.name = "snmp-v1",
     .payload =
         "\x30\x37\x02\x01\0\x04\x06public\xa0\x2a\x02\x04\x01\0\0\0\x02\x01\0\x02\x01\0\x30\x1c"
         "\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0"
         "\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\0\x05\0"sv,
     .token_at = 17,
     .token_bits = kIdentifierBits,
     .amplification = 6.3},
    {.name = "snmp-v2c",
     .payload =
         "\x30\x37\x02\x01\x01\x04\x06public\xa0\x2a\x02\x04\x01\0\0\0\x02\x01\0\x02\x01\0\x30\x1c"
         "\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0"
         "\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\0\x05\0"sv,
     .token_at = 17,
     .token_bits = kIdentifierBits,
     .amplification = 6.3},
    {.name = "snmp-v3",
     .payload = "\x30\x3e\x02\x01\x03"
                "\x30\x11\x02\x04\x01\0\0\0\x02\x03\0\xff\xe3\x04\x01\x04\x02\x01\x03"
                "\x04\x10\x30\x0e\x04\0\x02\x01\0\x02\x01\0\x04\0\x04\0\x04\0"
                "\x30\x14\x04\0\x04\0\xa0\x0e\x02\x04\x01\0\0\0\x02\x01\0\x02\x01\0\x30\0"sv,
     .token_at = 9,
     .token_bits = kIdentifierBits,
     .amplification = 2}};

constexpr std::uint8_t kGetResponse = 0xa2;
constexpr std::uint8_t kReport = 0xa8;
// Application types of SMIv2, which are unsigned numbers.
constexpr std::uint8_t kCounter = 0x41;
constexpr std::uint8_t kTimeTicks = 0x43;
constexpr std::uint8_t kCounter64 = 0x46;

constexpr std::string_view kDescription = "\x2b\x06\x01\x02\x01\x01\x01\0"sv;

struct Name {
  std::string_view oid;  // as BER encodes it
  std::string_view text;
};
// Longer ones first. The names are masscan's.
constexpr std::array kNames = {
    Name{kDescription, "sysDescr"},
    Name{"\x2b\x06\x01\x02\x01\x01\x02\0"sv, "sysObjectID"},
    Name{"\x2b\x06\x01\x02\x01\x01\x03\0"sv, "sysUpTime"},
    Name{"\x2b\x06\x01\x02\x01\x01\x04\0"sv, "sysContact"},
    Name{"\x2b\x06\x01\x02\x01\x01\x05\0"sv, "sysName"},
    Name{"\x2b\x06\x01\x02\x01\x01\x06\0"sv, "sysLocation"},
    Name{"\x2b\x06\x01\x02\x01\x01\x07\0"sv, "sysServices"},
    Name{"\x2b\x06\x01\x04\x01\x8f\x51"sv, "okidata"},
    Name{"\x2b\x06\x01\x02\x01\x01"sv, "sys"},
    Name{"\x2b\x06\x01\x02\x01"sv, "mib2"},
    Name{"\x2b\x06\x01\x04\x01"sv, "enterprise"},
    Name{"\x2b\x06\x01\x02"sv, "mgmt"},
    Name{"\x2b\x06\x01\x04"sv, "priv"},
    Name{"\x2b\x06\x01"sv, "inet"},
    Name{"\x2b\x06"sv, "dod"},
    Name{"\x2b"sv, "iso.org"},
};

constexpr std::array kErrors = {"noError"sv,
                                "tooBig"sv,
                                "noSuchName"sv,
                                "badValue"sv,
                                "readOnly"sv,
                                "genErr"sv,
                                "noAccess"sv,
                                "wrongType"sv,
                                "wrongLength"sv,
                                "wrongEncoding"sv,
                                "wrongValue"sv,
                                "noCreation"sv,
                                "inconsistentValue"sv,
                                "resourceUnavailable"sv,
                                "commitFailed"sv,
                                "undoFailed"sv,
                                "authorizationError"sv,
                                "notWritable"sv,
                                "inconsistentName"sv};

// Adds the name of the longest known prefix and the numbers behind it, each in base 128.
void add_oid(Bytes oid, AnswerText& text) {
  std::string_view rest = as_text(oid);
  const auto known =
      std::ranges::find_if(kNames, [&](const Name& name) { return rest.starts_with(name.oid); });
  if (known != kNames.end()) {
    text.add(known->text);
    rest.remove_prefix(known->oid.size());
  }
  std::uint64_t number = 0;
  for (const char c : rest) {
    number = number << 7 | (static_cast<unsigned char>(c) & 0x7f);
    if (static_cast<unsigned char>(c) & 0x80) continue;
    text.format(".{}", number);
    number = 0;
  }
}

void add_value(const banner::BerField& value, AnswerText& text) {
  const auto number = banner::ber_integer(value.contents);
  if (value.tag == ber::kInteger)
    text.format("{}", number);
  else if (value.tag == ber::kOctetString)
    text.add(value.contents);
  else if (value.tag == ber::kOid)
    add_oid(value.contents, text);
  else if ((value.tag >= kCounter && value.tag <= kTimeTicks) || value.tag == kCounter64)
    text.format("{}", static_cast<std::uint64_t>(number));
}

// A variable without a value (NULL, noSuchObject ...) is left out. sysDescr states the software of
// the system (RFC 3418, 2).
bool add_variables(Bytes list, AnswerText& text, banner::StatedSoftware& software) {
  Reader variables(list);
  while (variables.left() > 0) {
    auto variable = banner::open_ber(variables, ber::kSequence);
    if (!variable) return false;
    const auto name = banner::read_ber(*variable, ber::kOid);
    const auto value = banner::read_ber(*variable);
    if (!name || !value) return false;
    if (value->contents.empty() && value->tag != ber::kOctetString) continue;
    text.separate('\n');
    add_oid(*name, text);
    text.add(":");
    add_value(*value, text);
    if (as_text(*name) == kDescription && value->tag == ber::kOctetString)
      software.name = as_text(value->contents);
  }
  return true;
}

std::optional<std::int64_t> read_response(Bytes contents, AnswerText& text,
                                          banner::StatedSoftware& software) {
  Reader fields(contents);
  const auto identifier = banner::read_ber_integer(fields);
  const auto status = banner::read_ber_integer(fields);
  const auto index = banner::read_ber_integer(fields);
  const auto variables = banner::read_ber(fields, ber::kSequence);
  if (!identifier || !status || !index || !variables) return {};
  if (*status != 0) {
    const bool is_known = *status > 0 && *status < std::ssize(kErrors);
    text.format("error={}", is_known ? kErrors[static_cast<std::size_t>(*status)] : "unknown");
  } else if (!add_variables(*variables, text, software)) {
    return {};
  }
  return identifier;
}

// The engine's identifier begins with the number of its maker (RFC 3411, 5).
bool add_engine(Bytes parameters, AnswerText& text) {
  Reader outer(parameters);
  auto fields = banner::open_ber(outer, ber::kSequence);
  if (!fields) return false;
  const auto engine = banner::read_ber(*fields, ber::kOctetString);
  const auto boots = banner::read_ber_integer(*fields);
  const auto seconds = banner::read_ber_integer(*fields);
  if (!engine || !boots || !seconds) return false;
  text.add("engine=");
  for (const std::byte byte : *engine) text.format("{:02x}", std::to_integer<unsigned>(byte));
  if (engine->size() >= 4)
    text.format(" enterprise={}", load_be<std::uint32_t>(*engine) & 0x7fffffff);
  text.format(" boots={} uptime={}", *boots, *seconds);
  return true;
}

std::optional<std::int64_t> read_v3(Reader& message, AnswerText& text) {
  auto header = banner::open_ber(message, ber::kSequence);
  const auto parameters = banner::read_ber(message, ber::kOctetString);
  auto pdu = banner::open_ber(message, ber::kSequence);
  if (!header || !parameters || !pdu) return {};
  const auto identifier = banner::read_ber_integer(*header);
  const auto engine = banner::read_ber(*pdu, ber::kOctetString);
  const auto context = banner::read_ber(*pdu, ber::kOctetString);
  if (!identifier || !engine || !context || !banner::read_ber(*pdu, kReport)) return {};
  return add_engine(*parameters, text) ? identifier : std::nullopt;
}

std::optional<std::int64_t> read_community(Reader& message, AnswerText& text,
                                           banner::StatedSoftware& software) {
  const auto community = banner::read_ber(message, ber::kOctetString);
  const auto response = banner::read_ber(message, kGetResponse);
  return community && response ? read_response(*response, text, software) : std::nullopt;
}

std::optional<UdpAnswer> read_snmp(Bytes datagram, std::string& out) {
  Reader outer(datagram);
  auto message = banner::open_ber(outer, ber::kSequence);
  if (!message) return {};
  const auto version = banner::read_ber_integer(*message);
  if (!version || *version < 0 || *version > 3) return {};
  AnswerText text(out);
  banner::StatedSoftware software;
  const auto identifier =
      *version == 3 ? read_v3(*message, text) : read_community(*message, text, software);
  if (!identifier) return {};
  return UdpAnswer{.application = record::Application::kSnmp,
                   .token = static_cast<std::uint32_t>(*identifier) & kIdentifierBits,
                   .token_bits = kIdentifierBits,
                   .requests = 1u << std::min<std::int64_t>(*version, 2),
                   .software = software};
}

}  // namespace

constexpr banner::UdpProtocol kSnmp = {"snmp", kSnmpPorts, kSnmpRequests, read_snmp};

}  // namespace masscan::protocols
