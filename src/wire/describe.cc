#include "wire/describe.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/icmpv6.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/sctp.h"
#include "wire/tcp.h"

namespace masscan::wire {
namespace {

constexpr std::uint8_t kUrg = 0x20;
// In nmap's order.
constexpr std::array<std::pair<std::uint8_t, char>, 6> kFlags = {{{tcp_flag::kSyn, 'S'},
                                                                  {tcp_flag::kFin, 'F'},
                                                                  {tcp_flag::kRst, 'R'},
                                                                  {tcp_flag::kPsh, 'P'},
                                                                  {tcp_flag::kAck, 'A'},
                                                                  {kUrg, 'U'}}};

std::string describe_flags(std::uint8_t flags) {
  std::string letters;
  for (const auto& [flag, letter] : kFlags) {
    if ((flags & flag) != 0) letters += letter;
  }
  return letters.empty() ? "none" : letters;
}

// " <mss 1460,sackOK>"; nothing where there are none.
std::string describe_options(const TcpOptions& options) {
  std::vector<std::string> words;
  if (options.mss) words.push_back(fmt::format("mss {}", *options.mss));
  if (options.sack_permitted) words.emplace_back("sackOK");
  if (options.window_scale) words.push_back(fmt::format("wscale {}", *options.window_scale));
  if (options.timestamp) {
    words.push_back(
        fmt::format("timestamp {} {}", options.timestamp->value, options.timestamp->echo));
  }
  return words.empty() ? "" : fmt::format(" <{}>", fmt::join(words, ","));
}

// The fields of the IP header that tell packets apart; only for whole packets.
std::string describe_network(const Packet& packet) {
  const auto length = load_be<std::uint16_t>(packet.network, packet.source.is_v4() ? 2 : 4);
  if (packet.source.is_v4()) {
    const auto identification = load_be<std::uint16_t>(packet.network, 4);
    return fmt::format("ttl={} id={} iplen={}", packet.ttl, identification, length);
  }
  const std::uint32_t flow = load_be<std::uint32_t>(packet.network) & 0xfffff;
  return fmt::format("hopl={} flow={:x} payloadlen={}", packet.ttl, flow, length);
}

std::string endpoint(const net::IpAddress& address, std::uint16_t port) {
  const std::string text = to_string(address);
  return address.is_v4() ? fmt::format("{}:{}", text, port) : fmt::format("[{}]:{}", text, port);
}

std::string describe_addresses(const Packet& packet) {
  return fmt::format("{} > {}", to_string(packet.source), to_string(packet.destination));
}

// Beginnings of segments too, as ICMP errors quote them.
std::string describe_ports(const Packet& packet) {
  const auto quote = TcpQuote::parse(packet.transport);
  if (!quote) return describe_addresses(packet);
  return fmt::format("{} > {}", endpoint(packet.source, quote->source_port),
                     endpoint(packet.destination, quote->destination_port));
}

std::string describe_tcp(const Packet& packet) {
  const auto segment = TcpView::parse(packet.transport);
  if (!segment) {
    return fmt::format("TCP {} cut short {}", describe_ports(packet), describe_network(packet));
  }
  return fmt::format("TCP {} {} {} seq={} win={}{}", describe_ports(packet),
                     describe_flags(segment->flags()), describe_network(packet),
                     segment->sequence(), segment->window(), describe_options(segment->options()));
}

constexpr std::array<std::pair<std::uint8_t, std::string_view>, 5> kChunks = {
    {{sctp_chunk::kInit, "INIT"},
     {sctp_chunk::kInitAck, "INIT-ACK"},
     {sctp_chunk::kAbort, "ABORT"},
     {sctp_chunk::kCookieEcho, "COOKIE-ECHO"},
     {sctp_chunk::kCookieAck, "COOKIE-ACK"}}};

std::string describe_chunk(std::uint8_t type) {
  for (const auto& [known, name] : kChunks) {
    if (known == type) return std::string(name);
  }
  return fmt::format("chunk={}", type);
}

std::string describe_sctp(const Packet& packet) {
  const auto sctp = SctpView::parse(packet.transport);
  if (!sctp) {
    return fmt::format("SCTP {} cut short {}", describe_ports(packet), describe_network(packet));
  }
  const auto tag = sctp->initiate_tag();
  return fmt::format("SCTP {} {} {} vtag={}{}", describe_ports(packet),
                     describe_chunk(sctp->chunk_type()), describe_network(packet),
                     sctp->header().verification_tag, tag ? fmt::format(" itag={}", *tag) : "");
}

// " about TCP 10.0.0.1:61000 > 10.1.0.5:80": what caused an error.
std::string describe_cause(Bytes beginning) {
  const auto cause = Packet::parse_quoted(beginning);
  if (!cause) return "";
  if (cause->protocol == Protocol::kTcp) return " about TCP " + describe_ports(*cause);
  if (cause->protocol == Protocol::kUdp) return " about UDP " + describe_ports(*cause);
  if (cause->protocol == Protocol::kSctp) return " about SCTP " + describe_ports(*cause);
  return fmt::format(" about protocol {} {}", static_cast<unsigned>(cause->protocol),
                     describe_addresses(*cause));
}

std::string describe_icmp(const Packet& packet, std::string_view name) {
  const auto message = IcmpView::parse(packet.transport);
  if (!message) {
    return fmt::format("{} {} cut short {}", name, describe_addresses(packet),
                       describe_network(packet));
  }
  return fmt::format("{} {} type={} code={} {}{}", name, describe_addresses(packet),
                     message->type(), message->code(), describe_network(packet),
                     describe_cause(message->body()));
}

std::string describe_icmpv6(const Packet& packet) {
  if (const auto question = NeighborSolicitation::parse(packet.transport)) {
    return fmt::format("NDP {} who-has {} {}", describe_addresses(packet),
                       to_string(question->target), describe_network(packet));
  }
  if (const auto answer = NeighborAdvertisement::parse(packet.transport)) {
    const std::string mac = answer->target_mac ? to_string(*answer->target_mac) : "nobody named";
    return fmt::format("NDP {} reply {} is-at {} {}", describe_addresses(packet),
                       to_string(answer->target), mac, describe_network(packet));
  }
  return describe_icmp(packet, "ICMPv6");
}

std::string describe_packet(const Packet& packet) {
  switch (packet.protocol) {
    case Protocol::kTcp:
      return describe_tcp(packet);
    case Protocol::kIcmp:
      return describe_icmp(packet, "ICMP");
    case Protocol::kIcmpv6:
      return describe_icmpv6(packet);
    case Protocol::kSctp:
      return describe_sctp(packet);
    case Protocol::kUdp:
      return fmt::format("UDP {} {}", describe_ports(packet), describe_network(packet));
    default:
      return fmt::format("IP {} proto={} {}", describe_addresses(packet),
                         static_cast<unsigned>(packet.protocol), describe_network(packet));
  }
}

std::string describe_arp(const ArpMessage& message) {
  if (message.operation == ArpMessage::Operation::kRequest) {
    return fmt::format("ARP who-has {} tell {}", to_string(message.target),
                       to_string(message.sender));
  }
  return fmt::format("ARP reply {} is-at {}", to_string(message.sender),
                     to_string(message.sender_mac));
}

}  // namespace

std::string describe(Bytes frame, Link link) {
  if (const auto packet = Packet::parse(frame, link)) return describe_packet(*packet);
  const auto ethernet = link == Link::kEthernet ? EthernetView::parse(frame) : std::nullopt;
  if (!ethernet) return fmt::format("{} bytes", frame.size());
  if (ethernet->type() == EtherType::kArp) {
    if (const auto message = ArpMessage::parse(ethernet->payload())) return describe_arp(*message);
  }
  return fmt::format("{} > {} type=0x{:04x} length={}", to_string(ethernet->source()),
                     to_string(ethernet->destination()), static_cast<unsigned>(ethernet->type()),
                     frame.size());
}

}  // namespace masscan::wire
