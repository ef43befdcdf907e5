// BACnet/IP of buildings (ASHRAE 135): Who-Is, and reading the names of the device that is asked.
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

enum class Pdu : std::uint8_t {
  kUnconfirmed = 1,
  kComplexAck = 3,
  kError = 5,
  kReject = 6,
  kAbort = 7,
};
constexpr std::uint8_t kIAm = 0;
constexpr std::uint8_t kReadPropertyMultiple = 14;
constexpr std::uint8_t kObjectTag = 0xc4;  // of the application, four bytes
constexpr std::uint32_t kInvokeIdBits = 0x00ff0000;

// Tags of the context (ASHRAE 135, 20.2.1): their number, and "opening" and "closing".
constexpr std::uint8_t kProperty = 0x29;  // 2, one byte
constexpr std::uint8_t kValue = 0x4e;     // 4, opening

void add_instance(std::uint32_t object, banner::Facts& facts) {
  facts.add("device", object & 0x3fffff);
}

// Reads an unsigned application value of one to four bytes.
std::uint32_t read_unsigned(banner::Reader& in) {
  const auto tag = in.be<std::uint8_t>();
  std::uint32_t value = 0;
  for (unsigned i = 0; i < (tag & 7u) && i < 4; ++i) value = value << 8 | in.be<std::uint8_t>();
  return value;
}

bool read_i_am(banner::Reader& in, banner::Facts& facts) {
  if (in.be<std::uint8_t>() != kIAm || in.be<std::uint8_t>() != kObjectTag) return false;
  const auto object = in.be<std::uint32_t>();
  read_unsigned(in);  // the longest message
  read_unsigned(in);  // segmentation
  const std::uint32_t vendor = read_unsigned(in);
  if (!in.is_ok()) return false;
  facts.add("I-Am");
  add_instance(object, facts);
  facts.add("vendor-id", vendor);
  return true;
}

std::string_view property_name(std::uint8_t property) {
  switch (property) {
    case 44:
      return "firmware";
    case 70:
      return "model";
    case 77:
      return "name";
    case 121:
      return "vendor";
    default:
      return {};
  }
}

// Adds a character string; false for another value, behind which nothing can be read.
bool add_string(std::string_view name, banner::Reader& in, banner::Facts& facts) {
  const auto tag = in.be<std::uint8_t>();
  if (tag >> 4 != 7) return false;
  std::size_t length = tag & 7u;
  if (length == 5) length = in.be<std::uint8_t>();
  if (length == 0) return false;
  in.skip(1);  // the character set
  const Bytes value = in.take(length - 1);
  in.skip(1);  // closing
  if (!name.empty()) facts.add(name, as_text(value));
  return in.is_ok();
}

bool read_properties(banner::Reader& in, banner::Facts& facts) {
  if (in.be<std::uint8_t>() != kReadPropertyMultiple) return false;
  in.skip(1);  // tag 0, four bytes
  const auto object = in.be<std::uint32_t>();
  in.skip(1);  // tag 1, opening
  if (!in.is_ok()) return false;
  add_instance(object, facts);
  while (in.is_ok() && in.be<std::uint8_t>() == kProperty) {
    const std::string_view name = property_name(in.be<std::uint8_t>());
    if (in.be<std::uint8_t>() != kValue || !add_string(name, in, facts)) break;
  }
  return true;
}

// Skips the header of the network layer (6.2). False for a message of that layer.
bool skip_network(banner::Reader& in) {
  const auto version = in.be<std::uint8_t>();
  const auto control = in.be<std::uint8_t>();
  if (version != 1 || (control & 0x80) != 0) return false;
  const bool has_destination = (control & 0x20) != 0;
  const bool has_source = (control & 0x08) != 0;
  for (const bool has_address : {has_destination, has_source}) {
    if (!has_address) continue;
    in.skip(2);
    in.skip(in.be<std::uint8_t>());
  }
  if (has_destination) in.skip(1);  // hops
  return in.is_ok();
}

std::optional<banner::UdpAnswer> read_bacnet(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  const auto type = in.be<std::uint8_t>();
  in.skip(1);  // unicast, broadcast or forwarded: a forwarded one is not from whom we asked
  if (type != 0x81 || in.be<std::uint16_t>() != datagram.size() || !skip_network(in)) return {};
  banner::Facts facts(text);
  const auto pdu = static_cast<Pdu>(in.be<std::uint8_t>() >> 4);
  if (pdu == Pdu::kUnconfirmed) {
    if (!read_i_am(in, facts)) return {};
    return banner::UdpAnswer{.application = record::Application::kBacnet, .requests = 1};
  }
  const std::uint32_t invoke_id = in.be<std::uint8_t>();
  if (pdu == Pdu::kComplexAck) {
    if (!read_properties(in, facts)) return {};
  } else if (pdu == Pdu::kError || pdu == Pdu::kReject || pdu == Pdu::kAbort) {
    const auto reason = in.be<std::uint8_t>();
    if (!in.is_ok()) return {};
    facts.add(pdu == Pdu::kError ? "error" : pdu == Pdu::kReject ? "reject" : "abort", reason);
  } else {
    return {};
  }
  return banner::UdpAnswer{record::Application::kBacnet, invoke_id << 16, kInvokeIdBits, 2};
}

constexpr std::uint16_t kBacnetPorts[] = {47808};
constexpr banner::UdpRequest kBacnetRequests[] = {
    {.name = "bacnet-who-is", .payload = "\x81\x0a\x00\x08\x01\x00\x10\x08"sv, .amplification = 3},
    {.name = "bacnet-names",
     // ReadPropertyMultiple, number "?", of the device 4194303, which is whoever is asked (12.11).
     .payload = "\x81\x0a\x00\x19\x01\x04\x02\x05?\x0e"
                "\x0c\x02\x3f\xff\xff\x1e\x09\x4d\x09\x79\x09\x46\x09\x2c\x1f"sv,
     .token_at = 7,
     .token_bits = kInvokeIdBits,
     .amplification = 10},
};

}  // namespace

const banner::UdpProtocol kBacnet = {"bacnet", kBacnetPorts, kBacnetRequests, read_bacnet};

}  // namespace masscan::protocols
