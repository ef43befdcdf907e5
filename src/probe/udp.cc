#include "probe/udp.h"

#include <algorithm>
#include <string>

#include "protocols/udp_table.h"
#include "wire/udp.h"

namespace masscan::probe {
namespace {

using banner::UdpRequest;
using Requests = std::span<const UdpRequest>;

constexpr auto kUdpNumber = static_cast<std::uint8_t>(wire::Protocol::kUdp);
constexpr net::PacketPattern kUdpToUs = {.protocol = kUdpNumber, .port_at = 2};
constexpr net::PacketPattern kUdpFromUs = {.protocol = kUdpNumber, .port_at = 0};
constexpr std::size_t kChecksumAt = 6;
// Four bytes of the header that a template without a token keeps.
constexpr std::size_t kNoTokenAt = 4;

Requests requests_of(const ProbeSettings& settings, std::uint16_t port) {
  return settings.payloads == nullptr ? Requests() : settings.payloads->requests(port);
}

// A port without requests of its own gets the empty datagram that it shares with others.
unsigned count_requests(const ProbeSettings& settings, std::uint16_t port) {
  const Requests requests = requests_of(settings, port);
  const bool is_empty = requests.empty() || requests.front().payload.empty();
  return is_empty ? 0 : static_cast<unsigned>(requests.size());
}

PreparedFrame prepare_datagram(const FrameSettings& settings, net::Family family, net::Port port,
                               unsigned number) {
  const Requests requests = requests_of(settings.probes, port.number);
  const UdpRequest request = requests.empty() ? UdpRequest{} : requests[number];
  std::vector<std::byte> datagram(wire::UdpHeader::kLength + request.payload.size());
  const MutableBytes payload = MutableBytes(datagram).subspan(wire::UdpHeader::kLength);
  std::ranges::copy(as_bytes(request.payload), payload.begin());
  const bool has_token = request.token_bits != 0;
  if (has_token) {
    const auto word = load_be<std::uint32_t>(payload, request.token_at);
    store_be(payload, request.token_at, word & ~request.token_bits);
  }
  wire::UdpHeader{}.emit(datagram, unspecified(family), unspecified(family));
  return PreparedFrame::make(
      settings, family, wire::Protocol::kUdp, datagram,
      {.ports = 0,
       .cookie = has_token ? wire::UdpHeader::kLength + request.token_at : kNoTokenAt,
       .cookie_bits = request.token_bits,
       .checksum = kChecksumAt,
       .is_never_zero = true});
}

// Finds what a port was asked that this may answer: in the claim, the numbers of the requests and
// the bits of the cookie that they carried.
void find_requests(const banner::UdpAnswer& answer, Requests requests, Claim& claim) {
  const Requests own = answer.protocol->requests;
  claim.cookie_bits = 0;
  claim.verdict.reply.requests = 0;
  for (std::size_t number = 0; number < requests.size(); ++number) {
    const UdpRequest& request = requests[number];
    const auto found = std::ranges::find(own, request.payload.data(),
                                         [](const UdpRequest& one) { return one.payload.data(); });
    if (found == own.end()) continue;
    claim.cookie_bits |= request.token_bits & answer.token_bits;
    const bool is_answered = (answer.requests >> (found - own.begin()) & 1) != 0;
    claim.verdict.reply.requests |= is_answered ? std::uint32_t{1} << number : 0;
  }
}

Claim read_datagram(const wire::Packet& packet, const ProbeSettings& settings) {
  const auto datagram = packet.is_fragment ? wire::UdpView::parse_quoted(packet.transport)
                                           : wire::UdpView::parse(packet.transport);
  if (!datagram) return Claim::bad();
  const wire::UdpHeader header = datagram->header();
  const Reply reply{.state = record::PortState::kOpen,
                    .flow = {.target = packet.source,
                             .port = {net::Transport::kUdp, header.source_port},
                             .source = {packet.destination, header.destination_port}},
                    .ttl = packet.ttl,
                    .cause = record::Cause::kUdpResponse,
                    .requests = ~0u};
  thread_local std::string text;  // keeps its memory
  text.clear();
  const auto answer = protocols::read_expected_udp(header.source_port, datagram->payload(), text);
  Claim claim = Claim::answer(reply, 0, 0);
  claim.verdict.payload = datagram->payload();
  if (!answer) return claim;
  std::uint16_t& port = claim.verdict.reply.flow.port.number;
  if (answer->protocol->answers_elsewhere) port = answer->protocol->ports.front();
  claim.cookie = answer->token;
  find_requests(*answer, requests_of(settings, port), claim);
  return claim;
}

// The payload behind the header tells which request was quoted, if enough of it is there.
Claim read_quoted_datagram(const wire::Packet& quoted, const ProbeSettings& settings) {
  const auto datagram = wire::UdpView::parse_quoted(quoted.transport);
  if (!datagram) return Claim::bad();
  const wire::UdpHeader header = datagram->header();
  const Reply reply{.flow = {.target = quoted.destination,
                             .port = {net::Transport::kUdp, header.destination_port},
                             .source = {quoted.source, header.source_port}}};
  const Bytes payload = datagram->payload();
  for (const UdpRequest& request : requests_of(settings, header.destination_port)) {
    const std::size_t end = request.token_at + sizeof(std::uint32_t);
    if (request.token_bits == 0 || payload.size() < end) continue;
    const auto word = load_be<std::uint32_t>(payload, request.token_at);
    const auto original = load_be<std::uint32_t>(as_bytes(request.payload), request.token_at);
    const std::string_view before = request.payload.substr(0, request.token_at);
    const bool is_quoted =
        as_text(payload).starts_with(before) && ((word ^ original) & ~request.token_bits) == 0;
    if (is_quoted) return Claim::answer(reply, word, request.token_bits);
  }
  return Claim::answer(reply, 0, 0);
}

}  // namespace

constinit const Kind kUdp = {
    .scan_name = "UDP Scan",
    .ports_text = "UDP ports",
    .ports = {net::Transport::kUdp, {0, 65535}},
    .patterns = {.reply_v4 = kUdpToUs,
                 .reply_v6 = kUdpToUs,
                 .probe_v4 = kUdpFromUs,
                 .probe_v6 = kUdpFromUs,
                 .kernel_answers = true},
    .source_ports = 2048,
    .requests = count_requests,
    .prepare = prepare_datagram,
    .read_reply = read_datagram,
    .read_quote = read_quoted_datagram,
    .closed_by = record::Cause::kPortUnreachable,
    .silence_may_be_open = true,
};

}  // namespace masscan::probe
