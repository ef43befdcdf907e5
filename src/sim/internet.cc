#include "sim/internet.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "net/prefix.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/icmpv6.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/udp.h"

namespace masscan::sim {

namespace {

constexpr std::uint8_t kTtl = 64;
constexpr std::uint16_t kWindow = 65535;
constexpr std::uint32_t kAddressMask = 0xffffff00;
constexpr std::uint16_t kTarpitWindow = 8192;
constexpr std::uint8_t kProhibitedV4 = 13;  // communication administratively prohibited (RFC 1812)
constexpr std::uint8_t kProhibitedV6 = 1;   // (RFC 4443, 3.1)
constexpr std::uint8_t kNoPortV4 = 3;
constexpr std::uint8_t kNoPortV6 = 4;

// True for `ppm` of a million (address, port) pairs, selected by a key.
bool is_chosen(std::uint64_t key, const net::IpAddress& address, std::uint32_t port,
               std::uint32_t ppm) {
  const std::uint64_t hash = truth_hash(key, address.high(), address.low(), port);
  return truth_chance(static_cast<std::uint32_t>(hash), ppm) != 0;
}

std::uint16_t window_of(Fake fake) {
  if (fake == Fake::kProxy) return 0;
  return fake == Fake::kTarpit ? kTarpitWindow : kWindow;
}

// A port as truth.h counts.
std::uint32_t number_of(net::Port port) {
  return static_cast<std::uint32_t>(port.transport) << 16 | port.number;
}

// The requests of ICMP by their ports, and their replies.
struct IcmpPort {
  std::uint16_t number;
  std::uint8_t request;
  std::uint8_t reply;
};
constexpr std::array<IcmpPort, 3> kIcmpPorts = {
    {{0, wire::icmp_type::kEchoRequest, wire::icmp_type::kEchoReply},
     {1, wire::icmp_type::kTimestampRequest, wire::icmp_type::kTimestampReply},
     {3, wire::icmp_type::kAddressMaskRequest, wire::icmp_type::kAddressMaskReply}}};

std::uint8_t reply_type(net::Port port) {
  return std::ranges::find(kIcmpPorts, port.number, &IcmpPort::number)->reply;
}

// The address beside it.
net::IpAddress neighbor_of(const net::IpAddress& address) {
  if (address.is_v4()) return net::Ipv4Address(address.v4().number() ^ 1);
  return net::Ipv6Address(address.v6().number() ^ 1);
}

// What a closed port answers (RFC 9293, 3.10.7.1).
wire::TcpHeader reset_for(const wire::TcpView& segment) {
  using namespace wire::tcp_flag;
  wire::TcpHeader reset{.source_port = segment.destination_port(),
                        .destination_port = segment.source_port(),
                        .flags = kRst};
  if (segment.has_flags(kAck)) {
    reset.sequence = segment.acknowledgment();
    return reset;
  }
  reset.flags |= kAck;
  reset.acknowledgment = segment.sequence() + (segment.has_flags(kSyn) ? 1 : 0) +
                         (segment.has_flags(kFin) ? 1 : 0) +
                         static_cast<std::uint32_t>(segment.payload().size());
  return reset;
}

// An address that no scan of this one's network has as a target.
net::IpAddress far_from(const net::IpAddress& address) {
  if (address.is_v4()) return net::Ipv4Address(address.v4().number() ^ 1u << 31);
  return net::Ipv6Address(address.v6().number() ^ Uint128{1} << 127);
}

// A whole frame around an IP payload.
std::vector<std::byte> make_frame(net::LinkLayer layer, const net::MacAddress& from,
                                  const net::MacAddress& to, const net::IpAddress& source,
                                  const net::IpAddress& destination, wire::Protocol protocol,
                                  Bytes payload) {
  const bool is_v4 = source.is_v4();
  const std::size_t link = layer == net::LinkLayer::kEthernet ? wire::EthernetHeader::kLength : 0;
  const std::size_t ip = is_v4 ? wire::Ipv4Header::kLength : wire::Ipv6Header::kLength;
  std::vector<std::byte> frame(link + ip + payload.size());
  const MutableBytes bytes(frame);
  if (link > 0) {
    wire::EthernetHeader{to, from, is_v4 ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6}.emit(
        bytes);
  }
  const auto length = static_cast<std::uint16_t>(payload.size());
  if (is_v4) {
    wire::Ipv4Header{.payload_length = length,
                     .ttl = kTtl,
                     .protocol = protocol,
                     .source = source.v4(),
                     .destination = destination.v4()}
        .emit(bytes.subspan(link));
  } else {
    wire::Ipv6Header{.payload_length = length,
                     .next_header = protocol,
                     .hop_limit = kTtl,
                     .source = source.v6(),
                     .destination = destination.v6()}
        .emit(bytes.subspan(link));
  }
  std::copy(payload.begin(), payload.end(), frame.begin() + static_cast<std::ptrdiff_t>(link + ip));
  return frame;
}

}  // namespace

std::optional<net::Port> asked_icmp_port(const wire::Packet& packet) {
  const bool is_v4 = packet.source.is_v4();
  if (packet.protocol != (is_v4 ? wire::Protocol::kIcmp : wire::Protocol::kIcmpv6)) return {};
  const auto message = wire::IcmpView::parse(packet.transport);
  if (!message) return {};
  if (!is_v4) {
    const bool is_ping = message->type() == wire::icmpv6_type::kEchoRequest;
    return is_ping ? std::optional(net::Port{net::Transport::kIcmp, 0}) : std::nullopt;
  }
  const auto found = std::ranges::find(kIcmpPorts, message->type(), &IcmpPort::request);
  if (found == kIcmpPorts.end()) return {};
  return net::Port{net::Transport::kIcmp, found->number};
}

Result<Internet> Internet::open(const InternetConfig& config) {
  return Internet(config, TRY(Services::open(config.answers.key)));
}

Internet::Internet(const InternetConfig& config, Services services)
    : config_(config), services_(std::move(services)), random_(config.seed) {}

bool Internet::resolves(const net::IpAddress& address) const {
  return !is_chosen(config_.answers.key ^ 1, address, 0, config_.unresolved_ppm);
}

Fake Internet::fake(const net::IpAddress& address, net::Port port) const {
  if (port.transport != net::Transport::kTcp) return Fake::kNone;
  const std::uint64_t key = config_.answers.key;
  const std::uint8_t length = address.is_v4() ? 24 : 64;
  const net::IpAddress prefix = net::Prefix{address, length}.range().first;
  if (is_chosen(key ^ 3, prefix, length, config_.tarpit_prefix_ppm)) return Fake::kTarpit;
  const bool is_service =
      truth_of(&config_.answers, address.high(), address.low(), number_of(port)) == TRUTH_OPEN;
  if (is_service) return Fake::kNone;
  if (is_chosen(key ^ 4, address, 0, config_.proxied_ppm)) return Fake::kProxy;
  return is_chosen(key ^ 5, address, 0, config_.tarpit_ppm) ? Fake::kTarpit : Fake::kNone;
}

// Nothing is closed to ICMP requests: who does not answer them is silent.
truth_answer Internet::answer(const net::IpAddress& address, net::Port port) const {
  if (fake(address, port) != Fake::kNone) return TRUTH_OPEN;
  const truth_answer answer =
      truth_of(&config_.answers, address.high(), address.low(), number_of(port));
  const bool can_be_closed = port.transport != net::Transport::kIcmp;
  return answer == TRUTH_CLOSED && !can_be_closed ? TRUTH_SILENT : answer;
}

bool Internet::is_prohibited(const net::IpAddress& address, net::Port port) const {
  return answer(address, port) == TRUTH_SILENT &&
         is_chosen(config_.answers.key ^ 2, address, number_of(port), config_.prohibited_ppm);
}

void Internet::on_frame(Bytes frame, Instant now, nic::SimulatedCable& cable) {
  if (config_.link_layer == net::LinkLayer::kEthernet) {
    const auto ethernet = wire::EthernetView::parse(frame);
    if (ethernet && ethernet->type() == wire::EtherType::kArp) return answer_arp(frame, cable);
  }
  const auto packet = wire::Packet::parse(frame, config_.link_layer);
  if (!packet || !packet->checksums_ok()) {
    ++counters_.malformed;
    return;
  }
  const bool is_for_us =
      config_.link_layer == net::LinkLayer::kRawIp || packet->destination_mac == config_.mac;
  const auto icmp_port = asked_icmp_port(*packet);
  if (icmp_port && is_for_us) return answer_icmp(*packet, *icmp_port, cable);
  if (packet->protocol == wire::Protocol::kIcmpv6) return answer_solicitation(*packet, cable);
  if (!is_for_us) {
    ++counters_.malformed;
    return;
  }
  if (packet->protocol == wire::Protocol::kUdp) return answer_datagram(*packet, cable);
  if (packet->protocol == wire::Protocol::kSctp) return on_sctp(*packet, cable);
  on_segment(*packet, now, cable);
}

void Internet::on_segment(const wire::Packet& packet, Instant now, nic::SimulatedCable& cable) {
  const auto tcp = wire::TcpView::parse(packet.transport);
  if (packet.protocol != wire::Protocol::kTcp || !tcp) {
    ++counters_.malformed;
    return;
  }
  const net::Port port{net::Transport::kTcp, tcp->destination_port()};
  const bool is_spoken_to = config_.has_services && !tcp->has_flags(wire::tcp_flag::kSyn) &&
                            fake(packet.destination, port) == Fake::kNone &&
                            answer(packet.destination, port) == TRUTH_OPEN;
  if (is_spoken_to) speak(packet, *tcp, now, cable);
  if (tcp->has_flags(wire::tcp_flag::kRst)) {
    ++counters_.resets;
  } else if (!is_spoken_to) {
    ++counters_.probes;
    answer_segment(packet, *tcp, cable);
  }
}

void Internet::speak(const wire::Packet& packet, const wire::TcpView& segment, Instant now,
                     nic::SimulatedCable& cable) {
  const auto send = [this, to = packet.source_mac, us = packet.destination, them = packet.source,
                     ours = segment.destination_port(), theirs = segment.source_port(),
                     &cable](const wire::TcpHeader& header, Bytes payload) {
    wire::TcpHeader whole = header;
    whole.source_port = ours;
    whole.destination_port = theirs;
    std::vector<std::byte> bytes(whole.length() + payload.size());
    std::ranges::copy(payload, bytes.begin() + static_cast<std::ptrdiff_t>(whole.length()));
    whole.emit(bytes, us, them);
    cable.send(
        make_frame(config_.link_layer, config_.mac, to, us, them, wire::Protocol::kTcp, bytes),
        Duration{0});
  };
  services_.on_segment(packet, segment, now, send);
}

// Real stacks answer an INIT only if its fields make sense (RFC 9260, 3.3.2).
void Internet::on_sctp(const wire::Packet& packet, nic::SimulatedCable& cable) {
  constexpr std::size_t kInitLength = wire::SctpHeader::kLength + 20;
  const auto sctp = wire::SctpView::parse(packet.transport);
  const bool is_init = sctp->chunk_type() == wire::sctp_chunk::kInit &&
                       sctp->header().verification_tag == 0 && sctp->initiate_tag() != 0u &&
                       packet.transport.size() == kInitLength;
  if (is_init) {
    ++counters_.probes;
    answer_init(packet, *sctp, cable);
  } else if (sctp->chunk_type() == wire::sctp_chunk::kAbort) {
    ++counters_.resets;
  } else {
    ++counters_.malformed;
  }
}

void Internet::answer_arp(Bytes frame, nic::SimulatedCable& cable) {
  const auto ethernet = wire::EthernetView::parse(frame);
  const auto request = wire::ArpMessage::parse(ethernet->payload());
  if (!request || request->operation != wire::ArpMessage::Operation::kRequest) return;
  ++counters_.questions;
  if (!resolves(request->target)) return;
  std::array<std::byte, wire::EthernetHeader::kLength + wire::ArpMessage::kLength> answer;
  const MutableBytes bytes(answer);
  wire::EthernetHeader{ethernet->source(), config_.mac, wire::EtherType::kArp}.emit(bytes);
  wire::ArpMessage{wire::ArpMessage::Operation::kReply, config_.mac, request->target,
                   request->sender_mac, request->sender}
      .emit(bytes.subspan(wire::EthernetHeader::kLength));
  cable.send(answer, Duration{0});
}

void Internet::answer_solicitation(const wire::Packet& packet, nic::SimulatedCable& cable) {
  const auto question = wire::NeighborSolicitation::parse(packet.transport);
  if (!question) return;
  ++counters_.questions;
  if (!resolves(question->target)) return;
  const wire::NeighborAdvertisement answer{
      .target = question->target, .solicited = true, .overriding = true, .target_mac = config_.mac};
  std::vector<std::byte> message(answer.length());
  answer.emit(message, question->target, packet.source.v6());
  std::vector<std::byte> frame =
      make_frame(config_.link_layer, config_.mac, packet.source_mac, question->target,
                 packet.source, wire::Protocol::kIcmpv6, message);
  // Only a hop limit of 255 proves that it was sent on this link (RFC 4861, 7.1.2).
  store_be<std::uint8_t>(frame, wire::EthernetHeader::kLength + 7, 255);
  cable.send(frame, Duration{0});
}

// An open port is one that listens: it discards segments with neither SYN nor ACK (RFC 9293,
// 3.10.7.2).
void Internet::answer_segment(const wire::Packet& packet, const wire::TcpView& probe,
                              nic::SimulatedCable& cable) {
  using namespace wire::tcp_flag;
  if (chance(config_.noise_ppm)) make_tcp_noise(packet, probe, cable);
  const net::Port port{net::Transport::kTcp, probe.destination_port()};
  wire::TcpHeader header = reset_for(probe);
  switch (answer(packet.destination, port)) {
    case TRUTH_OPEN:
      header.window = kWindow;  // in a RST too, as of some systems: for window scans
      if (probe.has_flags(kAck)) return reply(packet, header, cable);
      if (!probe.has_flags(kSyn)) return;
      header.sequence = config_.has_services
                            ? services_.initial_sequence(packet.destination, port.number)
                            : static_cast<std::uint32_t>(random_.next());
      header.acknowledgment = probe.sequence() + 1;
      header.flags = kSyn | kAck;
      header.window = window_of(fake(packet.destination, port));
      header.options.mss = 1460;
      return reply(packet, header, cable);
    case TRUTH_CLOSED:
      return reply(packet, header, cable);
    case TRUTH_SILENT:
      if (is_prohibited(packet.destination, port)) prohibit(packet, cable);
  }
}

void Internet::answer_init(const wire::Packet& packet, const wire::SctpView& init,
                           nic::SimulatedCable& cable) {
  if (chance(config_.noise_ppm)) make_sctp_noise(packet, init, cable);
  const net::Port port{net::Transport::kSctp, init.header().destination_port};
  switch (answer(packet.destination, port)) {
    case TRUTH_OPEN:
      return reply(packet, init, wire::sctp_chunk::kInitAck, 0, cable);
    case TRUTH_CLOSED:
      return reply(packet, init, wire::sctp_chunk::kAbort, 0, cable);
    case TRUTH_SILENT:
      if (is_prohibited(packet.destination, port)) prohibit(packet, cable);
  }
}

// Only an INIT ACK has more than the chunk's header: its tag and other numbers, which may be any.
void Internet::reply(const wire::Packet& packet, const wire::SctpView& init,
                     std::uint8_t chunk_type, std::uint32_t change, nic::SimulatedCable& cable) {
  const std::uint8_t length = chunk_type == wire::sctp_chunk::kInitAck ? 20 : 4;
  std::vector<std::byte> bytes(wire::SctpHeader::kLength + length);
  for (std::size_t i = 16; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(random_.next());
  bytes[12] = std::byte{chunk_type};
  bytes[15] = std::byte{length};
  wire::SctpHeader{init.header().destination_port, init.header().source_port,
                   *init.initiate_tag() ^ change}
      .emit(bytes);
  cable.send(make_frame(config_.link_layer, config_.mac, packet.source_mac, packet.destination,
                        packet.source, wire::Protocol::kSctp, bytes),
             Duration{0});
}

void Internet::reply(const wire::Packet& packet, const wire::TcpHeader& header,
                     nic::SimulatedCable& cable) {
  std::vector<std::byte> segment(header.length());
  header.emit(segment, packet.destination, packet.source);
  cable.send(make_frame(config_.link_layer, config_.mac, packet.source_mac, packet.destination,
                        packet.source, wire::Protocol::kTcp, segment),
             Duration{0});
}

// A service returns what it was sent.
void Internet::answer_datagram(const wire::Packet& packet, nic::SimulatedCable& cable) {
  ++counters_.probes;
  if (chance(config_.noise_ppm)) make_datagram_noise(packet, cable);
  const net::Port port{net::Transport::kUdp,
                       wire::UdpView::parse(packet.transport)->header().destination_port};
  switch (answer(packet.destination, port)) {
    case TRUTH_OPEN:
      return return_datagram(packet, port.number, cable);
    case TRUTH_CLOSED:
      return reject(packet, packet.destination, packet.source.is_v4() ? kNoPortV4 : kNoPortV6,
                    cable);
    case TRUTH_SILENT:
      if (is_prohibited(packet.destination, port)) prohibit(packet, cable);
  }
}

void Internet::return_datagram(const wire::Packet& packet, std::uint16_t port,
                               nic::SimulatedCable& cable) {
  const auto request = wire::UdpView::parse(packet.transport);
  std::vector<std::byte> datagram(request->bytes().begin(), request->bytes().end());
  wire::UdpHeader{port, request->header().source_port}.emit(datagram, packet.destination,
                                                            packet.source);
  cable.send(make_frame(config_.link_layer, config_.mac, packet.source_mac, packet.destination,
                        packet.source, wire::Protocol::kUdp, datagram),
             Duration{0});
}

void Internet::answer_icmp(const wire::Packet& packet, net::Port port, nic::SimulatedCable& cable) {
  ++counters_.probes;
  if (chance(config_.noise_ppm)) make_icmp_noise(packet, port, cable);
  if (answer(packet.destination, port) == TRUTH_OPEN) {
    echo(packet, port, 0, cable);
  } else if (is_prohibited(packet.destination, port)) {
    prohibit(packet, cable);
  }
}

void Internet::echo(const wire::Packet& packet, net::Port port, std::uint32_t change,
                    nic::SimulatedCable& cable) {
  std::vector<std::byte> message(packet.transport.begin(), packet.transport.end());
  const std::uint32_t rest = load_be<std::uint32_t>(message, 4) ^ change;
  if (packet.source.is_v4()) {
    if (port.number == 3) store_be(MutableBytes(message), 8, kAddressMask);
    wire::IcmpHeader{reply_type(port), 0, rest}.emit(message);
  } else {
    wire::IcmpHeader{wire::icmpv6_type::kEchoReply, 0, rest}.emit(message, packet.destination.v6(),
                                                                  packet.source.v6());
  }
  cable.send(make_frame(config_.link_layer, config_.mac, packet.source_mac, packet.destination,
                        packet.source, packet.protocol, message),
             Duration{0});
}

void Internet::prohibit(const wire::Packet& packet, nic::SimulatedCable& cable) {
  const bool is_v4 = packet.destination.is_v4();
  const net::IpAddress router = is_v4 ? net::IpAddress(net::Ipv4Address(0xc0000201))
                                      : net::IpAddress(*net::Ipv6Address::parse("2001:db8::1"));
  reject(packet, router, is_v4 ? kProhibitedV4 : kProhibitedV6, cable);
}

// Quotes the IP header and the first eight bytes behind it, the least an error must (RFC 792).
void Internet::reject(const wire::Packet& packet, const net::IpAddress& from, std::uint8_t code,
                      nic::SimulatedCable& cable) {
  const bool is_v4 = packet.destination.is_v4();
  std::vector<std::byte> message(wire::IcmpHeader::kLength);
  message.insert(message.end(), packet.network.begin(), packet.network.end());
  const Bytes quoted = is_v4 ? packet.transport.first(8) : packet.transport;
  message.insert(message.end(), quoted.begin(), quoted.end());
  if (is_v4) {
    wire::IcmpHeader{wire::icmp_type::kDestinationUnreachable, code, 0}.emit(message);
  } else {
    wire::IcmpHeader{wire::icmpv6_type::kDestinationUnreachable, code, 0}.emit(message, from.v6(),
                                                                               packet.source.v6());
  }
  cable.send(make_frame(config_.link_layer, config_.mac, packet.source_mac, from, packet.source,
                        is_v4 ? wire::Protocol::kIcmp : wire::Protocol::kIcmpv6, message),
             Duration{0});
}

void Internet::make_tcp_noise(const wire::Packet& packet, const wire::TcpView& probe,
                              nic::SimulatedCable& cable) {
  using namespace wire::tcp_flag;
  wire::TcpHeader header = reset_for(probe);
  if (probe.flags() == kSyn) header.flags = kSyn | kAck;
  switch (random_.below(3)) {
    case 0: {
      const auto change = 1 + static_cast<std::uint32_t>(random_.below(1u << 31));
      header.acknowledgment += change;
      header.sequence += change;
      return reply(packet, header, cable);
    }
    case 1: {
      wire::Packet elsewhere = packet;
      elsewhere.destination = neighbor_of(packet.destination);
      return reply(elsewhere, header, cable);
    }
    default:
      return send_garbage(cable);
  }
}

void Internet::make_sctp_noise(const wire::Packet& packet, const wire::SctpView& init,
                               nic::SimulatedCable& cable) {
  using namespace wire::sctp_chunk;
  const std::uint8_t type = random_.chance(0.5) ? kInitAck : kAbort;
  switch (random_.below(3)) {
    case 0:
      return reply(packet, init, type, 1 + static_cast<std::uint32_t>(random_.below(1u << 31)),
                   cable);
    case 1: {
      wire::Packet elsewhere = packet;
      elsewhere.destination = neighbor_of(packet.destination);
      return reply(elsewhere, init, type, 0, cable);
    }
    default:
      return send_garbage(cable);
  }
}

void Internet::make_icmp_noise(const wire::Packet& packet, net::Port port,
                               nic::SimulatedCable& cable) {
  switch (random_.below(3)) {
    case 0:
      return echo(packet, port, 1 + static_cast<std::uint32_t>(random_.below(1u << 31)), cable);
    case 1: {
      wire::Packet elsewhere = packet;
      elsewhere.destination = neighbor_of(packet.destination);
      return echo(elsewhere, port, 0, cable);
    }
    default:
      return send_garbage(cable);
  }
}

// The noise is from no target: of a stray datagram only our port tells that it answers nothing,
// which is right for one of the target's other ports in one of 2,048 cases.
void Internet::make_datagram_noise(const wire::Packet& packet, nic::SimulatedCable& cable) {
  const std::uint16_t port = wire::UdpView::parse(packet.transport)->header().destination_port;
  switch (random_.below(3)) {
    case 0:
      return return_datagram(packet, port ^ 0x8000, cable);
    case 1: {
      wire::Packet elsewhere = packet;
      elsewhere.destination = far_from(packet.destination);
      return return_datagram(elsewhere, port, cable);
    }
    default:
      return send_garbage(cable);
  }
}

void Internet::send_garbage(nic::SimulatedCable& cable) {
  std::vector<std::byte> garbage(random_.below(80));
  for (std::byte& byte : garbage) byte = static_cast<std::byte>(random_.next());
  cable.send(garbage, Duration{0});
}

}  // namespace masscan::sim
