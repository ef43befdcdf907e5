// DNS (RFC 1035): the version of the server, which RFC 4892 describes, and whether it answers.
#include <array>

#include "protocols/network/dns_message.h"
#include "protocols/network/protocols.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;
using banner::UdpAnswer;

constexpr std::uint16_t kDnsPorts[] = {53};
constexpr std::uint32_t kDnsToken = 0xffff0000;
constexpr banner::UdpRequest kDnsRequests[] = {
    {.name = "dns-version",
     .payload = "\0\0\x01\0\0\x01\0\0\0\0\0\0\x07version\x04"
                "bind\0\0\x10\0\x03"sv,
     .token_bits = kDnsToken,
     .amplification = 2},
    // Servers answer it themselves (RFC 6761, 6.3).
    {.name = "dns-localhost",
     .payload = "\0\0\x01\0\0\x01\0\0\0\0\0\0\x09localhost\0\0\x01\0\x01"sv,
     .token_bits = kDnsToken,
     .amplification = 4},
    // Thirteen names fill the 512 bytes of an answer.
    {.name = "dns-root",
     .payload = "\0\0\x01\0\0\x01\0\0\0\0\0\0\0\0\x02\0\x01"sv,
     .token_bits = kDnsToken,
     .amplification = 30}};

constexpr std::uint16_t kTxt = 16;
constexpr std::uint16_t kChaos = 3;

// The names are masscan's.
constexpr std::array kRcodes = {"NOERROR"sv, "FORMERR"sv,  "SERVFAIL"sv, "NXDOMAIN"sv, "NOTIMP"sv,
                                "REFUSED"sv, "YXDOMAIN"sv, "XRRSET"sv,   "NOTAUTH"sv,  "NOTZONE"sv};

// Joins the strings of a TXT record. The first one is the version that the server states.
bool add_strings(Bytes data, banner::AnswerText& text, banner::StatedSoftware& software) {
  banner::Reader reader(data);
  while (reader.left() > 0) {
    const Bytes string = reader.take(reader.be<std::uint8_t>());
    if (software.name.empty()) software.name = as_text(string);
    text.add(string);
  }
  return reader.is_ok();
}

// Adds the version, or what else is known of the server. False: the message is broken.
bool add_answers(banner::Reader& reader, const DnsHeader& header, banner::AnswerText& text,
                 banner::StatedSoftware& software) {
  for (int i = 0; i < header.answers; ++i) {
    const DnsRecord record = read_dns_record(reader);
    if (!reader.is_ok()) return false;
    if (record.type == kTxt && record.record_class == kChaos)
      return add_strings(record.data, text, software);
  }
  text.format("recursion={} answers={}", header.flags & dns::kHasRecursion ? "yes" : "no",
              header.answers);
  return true;
}

// Returns the requests that asked a question, which a bare answer does not repeat.
std::uint32_t requests_of(std::string_view question) {
  std::uint32_t requests = 0;
  for (std::size_t i = 0; i < std::size(kDnsRequests); ++i)
    requests |= kDnsRequests[i].payload.ends_with(question) ? 1u << i : 0;
  return requests;
}

std::optional<UdpAnswer> read_dns(Bytes datagram, std::string& out) {
  banner::Reader reader(datagram);
  const DnsHeader header = read_dns_header(reader);
  // A server that cannot read the question may return the header alone.
  const bool is_bare = header.questions == 0 && header.rcode() != 0 && reader.left() == 0;
  if (header.questions == 1) skip_dns_question(reader);
  if (!reader.is_ok() || !header.is_answer() || (header.flags & dns::kReserved)) return {};
  if (header.questions != 1 && !is_bare) return {};
  const std::string_view read = as_text(datagram.first(reader.at()));
  const std::uint32_t requests = requests_of(read.substr(dns::kHeaderBytes));
  banner::AnswerText text(out);
  banner::StatedSoftware software;
  if (header.rcode() != 0) {
    const std::size_t code = header.rcode();
    text.format("{}:{}", code, code < kRcodes.size() ? kRcodes[code] : "UNKNOWN");
  } else if (!add_answers(reader, header, text, software)) {
    return {};
  }
  if (header.flags & dns::kIsTruncated) text.add(" (truncated)");
  return UdpAnswer{.application = record::Application::kDnsVersion,
                   .token = header.token(),
                   .token_bits = kDnsToken,
                   .requests = requests,
                   .software = software};
}

}  // namespace

constexpr banner::UdpProtocol kDns = {"dns", kDnsPorts, kDnsRequests, read_dns};

}  // namespace masscan::protocols
