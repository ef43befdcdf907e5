// NetBIOS name service: the names of a node and the address of its adapter (RFC 1002, 4.2.18).
#include "protocols/network/dns_message.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kNetbiosPorts[] = {137};
constexpr banner::UdpRequest kNetbiosRequests[] = {
    {.name = "netbios-status",
     .payload = "\0\0\0\0\0\x01\0\0\0\0\0\0\x20"
                "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01"sv,
     .token_bits = 0xffff0000,
     .amplification = 3.8}};
constexpr std::uint16_t kNodeStatus = 0x21;
constexpr std::size_t kNameBytes = 15;
constexpr std::size_t kMacBytes = 6;

// A name is padded with blanks or zeros; what is not ASCII is written as a number.
void add_name(Bytes name, banner::AnswerText& text) {
  for (const char c : as_text(name)) {
    if (c == '\0')
      text.add(" ");
    else if (c >= ' ' && c <= '~')
      text.add(std::string_view(&c, 1));
    else
      text.format("<{:02X}>", static_cast<unsigned char>(c));
  }
}

void add_mac(Bytes mac, banner::AnswerText& text) {
  for (std::size_t i = 0; i < mac.size(); ++i)
    text.format("{}{:02X}", i == 0 ? "" : "-", std::to_integer<unsigned>(mac[i]));
}

std::optional<UdpAnswer> read_netbios(Bytes datagram, std::string& out) {
  banner::Reader reader(datagram);
  const DnsHeader header = read_dns_header(reader);
  if (!header.is_answer() || header.questions > 1 || header.answers != 1) return {};
  if (header.questions == 1) skip_dns_question(reader);
  const DnsRecord record = read_dns_record(reader);
  if (!reader.is_ok() || record.type != kNodeStatus) return {};
  banner::Reader names(record.data);
  banner::AnswerText text(out);
  for (int left = names.be<std::uint8_t>(); left > 0 && names.is_ok(); --left) {
    add_name(names.take(kNameBytes), text);
    text.format("<{:02X}>\n", names.be<std::uint8_t>());
    names.skip(2);  // flags
  }
  add_mac(names.take(kMacBytes), text);
  if (!names.is_ok()) return {};
  return UdpAnswer{record::Application::kNbtstat, header.token(), 0xffff0000};
}

}  // namespace

constexpr banner::UdpProtocol kNetbios = {"netbios", kNetbiosPorts, kNetbiosRequests, read_netbios};

}  // namespace masscan::protocols
