// Multicast DNS, asked by unicast (RFC 6762, 6.7): the kinds of services of a host (RFC 6763, 9).
#include "protocols/network/dns_message.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kMdnsPorts[] = {5353};
constexpr std::string_view kServices = "\x09_services\x07_dns-sd\x04_udp\x05local\0"sv;
constexpr banner::UdpRequest kMdnsRequests[] = {
    {.name = "mdns-services",
     .payload =
         "\0\0\0\0\0\x01\0\0\0\0\0\0\x09_services\x07_dns-sd\x04_udp\x05local\0\0\x0c\0\x01"sv,
     .token_bits = 0xffff0000,
     .amplification = 10}};
constexpr std::uint16_t kPtr = 12;

// The question precedes the answers, or their first name is that of the question.
bool is_of_services(Bytes datagram) {
  return as_text(datagram.subspan(dns::kHeaderBytes)).starts_with(kServices);
}

std::optional<UdpAnswer> read_mdns(Bytes datagram, std::string& out) {
  banner::Reader reader(datagram);
  const DnsHeader header = read_dns_header(reader);
  if (!reader.is_ok() || !header.is_answer() || header.questions > 1) return {};
  if (!is_of_services(datagram)) return {};
  if (header.questions == 1) skip_dns_question(reader);
  banner::AnswerText text(out);
  for (int i = 0; i < header.answers; ++i) {
    const DnsRecord record = read_dns_record(reader);
    if (record.type == kPtr) text.separate(' ');
    if (!reader.is_ok() || (record.type == kPtr && !add_dns_name(datagram, record.data_at, text)))
      return {};
  }
  return UdpAnswer{record::Application::kMdns, header.token(), 0xffff0000};
}

}  // namespace

constexpr banner::UdpProtocol kMdns = {"mdns", kMdnsPorts, kMdnsRequests, read_mdns};

}  // namespace masscan::protocols
