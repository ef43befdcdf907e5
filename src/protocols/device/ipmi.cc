// Management controllers over RMCP: which logins IPMI offers (IPMI 2.0, 22.13), and the presence
// ping of ASF (DSP0136, 3.2.4).
#include "banner/facts.h"
#include "banner/reader.h"
#include "protocols/device/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kPresencePong = 0x40;
constexpr std::uint32_t kTagBits = 0x007f0000;  // tag 255 would ask for no answer

// Adds the words of the bits that are set.
void add_words(std::string_view name, unsigned bits, std::span<const std::string_view> words,
               banner::Facts& facts) {
  bool is_first = true;
  for (std::size_t bit = 0; bit < words.size(); ++bit) {
    if ((bits >> bit & 1) == 0 || words[bit].empty()) continue;
    is_first ? facts.add(name, words[bit]) : facts.extend(words[bit]);
    is_first = false;
  }
}

std::optional<banner::UdpAnswer> read_ipmi(banner::Reader& in, std::string& text) {
  static constexpr std::string_view kTypes[] = {"none", "md2", "md5", "", "password", "oem"};
  static constexpr std::string_view kLogins[] = {"anonymous", "null-user", "named-user"};
  const auto authentication = in.be<std::uint8_t>();
  in.skip(4 + 4);  // number, session
  const auto length = in.be<std::uint8_t>();
  in.skip(1);  // the address of the requester
  const unsigned function = in.be<std::uint8_t>() >> 2;
  in.skip(1 + 1 + 1);  // checksum, the address of the responder, number
  const auto command = in.be<std::uint8_t>();
  const auto completion = in.be<std::uint8_t>();
  in.skip(1);  // the channel
  const auto types = in.be<std::uint8_t>();
  const auto logins = in.be<std::uint8_t>();
  const auto extended = in.be<std::uint8_t>();
  const std::uint32_t vendor = in.le<std::uint16_t>() | in.le<std::uint8_t>() << 16;
  in.skip(1 + 1);  // data of the vendor, checksum
  if (!in.is_ok() || authentication != 0 || length != 16) return {};
  if (function != 7 || command != 0x38 || completion != 0) return {};
  banner::Facts facts(text);
  facts.add((types & 0x80) != 0 && (extended & 2) != 0 ? "IPMI-2.0" : "IPMI-1.5");
  add_words("auth", types, kTypes, facts);
  add_words("login", logins, kLogins, facts);
  if ((logins & 0x10) == 0) facts.add("per-message authentication");
  if (vendor != 0) facts.add("vendor", vendor);
  return banner::UdpAnswer{.application = record::Application::kIpmi, .requests = 1};
}

std::optional<banner::UdpAnswer> read_pong(banner::Reader& in, std::string& text) {
  in.skip(4);  // the enterprise ASF
  const auto header = in.be<std::uint32_t>();
  if (header >> 24 != kPresencePong || (header & 0xff) != 16) return {};
  const auto vendor = in.be<std::uint32_t>();
  in.skip(4);
  const auto entities = in.be<std::uint8_t>();
  in.skip(7);
  if (!in.is_ok()) return {};
  banner::Facts facts(text);
  facts.add((entities & 0x80) != 0 ? "ASF with IPMI" : "ASF");
  facts.add("vendor", vendor);
  return banner::UdpAnswer{record::Application::kIpmi, header & kTagBits, kTagBits, 2};
}

std::optional<banner::UdpAnswer> read_ipmi(Bytes datagram, std::string& text) {
  banner::Reader in(datagram);
  switch (in.be<std::uint32_t>()) {  // RMCP 1.0 without acknowledgement, and the class
    case 0x0600ff07:
      return read_ipmi(in, text);
    case 0x0600ff06:
      return read_pong(in, text);
    default:
      return {};
  }
}

constexpr std::uint16_t kIpmiPorts[] = {623};
constexpr banner::UdpRequest kIpmiRequests[] = {
    {.name = "ipmi-authentication",
     .payload = "\x06\x00\xff\x07"
                "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09"  // no session
                "\x20\x18\xc8\x81\x00\x38\x8e\x04\xb5"sv,   // this channel, administrators
     .amplification = 1.4},
    {.name = "ipmi-ping",
     .payload = "\x06\x00\xff\x06\x00\x00\x11\xbe\x80?\x00\x00"sv,
     .token_at = 8,
     .token_bits = kTagBits,
     .amplification = 2.4},
};

}  // namespace

const banner::UdpProtocol kIpmi = {"ipmi", kIpmiPorts, kIpmiRequests, read_ipmi};

}  // namespace masscan::protocols
