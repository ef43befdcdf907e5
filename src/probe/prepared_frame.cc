#include "probe/prepared_frame.h"

#include <algorithm>

#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace masscan::probe {
namespace {

constexpr std::size_t kIpv4ChecksumAt = 10;

// Returns the sum of the checksum that is stored there.
std::uint16_t sum_at(Bytes frame, std::size_t offset) {
  return static_cast<std::uint16_t>(~load_be<std::uint16_t>(frame, offset));
}

// Returns a sum that stands for another number: 0xffff and 0 stand for the same one.
std::uint16_t another_sum(std::uint16_t sum) {
  return sum == 0xffff ? std::uint16_t{1} : static_cast<std::uint16_t>(sum + 1);
}

// Returns the length of the header.
std::size_t emit_link_header(const FrameSettings& settings, net::Family family,
                             MutableBytes frame) {
  if (settings.link != net::LinkLayer::kEthernet) return 0;
  const auto type = family == net::Family::kIpv4 ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6;
  wire::EthernetHeader{.source = settings.source_mac, .type = type}.emit(frame);
  return wire::EthernetHeader::kLength;
}

// Returns the length of the header.
std::size_t emit_ip_header(const FrameSettings& settings, net::Family family,
                           wire::Protocol protocol, std::size_t payload_length,
                           MutableBytes packet) {
  const auto length = static_cast<std::uint16_t>(payload_length);
  if (family == net::Family::kIpv4) {
    wire::Ipv4Header{.tos = settings.probes.tos,
                     .payload_length = length,
                     .dont_fragment = settings.probes.dont_fragment,
                     .ttl = settings.probes.ttl,
                     .protocol = protocol}
        .emit(packet);
    return wire::Ipv4Header::kLength;
  }
  wire::Ipv6Header{.traffic_class = settings.probes.tos,
                   .payload_length = length,
                   .next_header = protocol,
                   .hop_limit = settings.probes.ttl}
      .emit(packet);
  return wire::Ipv6Header::kLength;
}

}  // namespace

PreparedFrame PreparedFrame::make(const FrameSettings& settings, net::Family family,
                                  wire::Protocol protocol, Bytes transport, const Fields& fields) {
  PreparedFrame frame{.family = family};
  frame.bytes.resize(kMaxLength);
  const MutableBytes bytes = frame.bytes;
  frame.link_length = emit_link_header(settings, family, bytes);
  const MutableBytes packet = bytes.subspan(frame.link_length);
  const std::size_t ip_length =
      emit_ip_header(settings, family, protocol, transport.size(), packet);
  const std::size_t transport_at = frame.link_length + ip_length;
  frame.transport_at = transport_at;
  CHECK(transport_at + transport.size() <= kMaxLength);
  std::ranges::copy(transport, bytes.subspan(transport_at).begin());

  frame.length = transport_at + transport.size();
  frame.at = {.ports = transport_at + fields.ports,
              .cookie = transport_at + fields.cookie,
              .cookie_bits = fields.cookie_bits,
              .cookie_copy = fields.cookie_copy == 0 ? 0 : transport_at + fields.cookie_copy,
              .checksum = transport_at + fields.checksum,
              .covers_addresses = fields.covers_addresses,
              .is_never_zero = fields.is_never_zero,
              .is_crc32c = fields.is_crc32c};
  if (family == net::Family::kIpv4) frame.ip_sum = sum_at(packet, kIpv4ChecksumAt);
  frame.transport_sum = sum_at(bytes, frame.at.checksum);
  if (settings.probes.bad_checksum) frame.transport_sum = another_sum(frame.transport_sum);
  frame.crc_change = settings.probes.bad_checksum ? 1 : 0;
  frame.ip_id = settings.probes.ip_id;
  frame.cookie_word = load_be<std::uint32_t>(bytes, frame.at.cookie) & ~fields.cookie_bits;
  frame.bytes.resize(std::max(frame.length, kUsualMaxLength));
  return frame;
}

net::IpAddress unspecified(net::Family family) {
  if (family == net::Family::kIpv4) return net::Ipv4Address();
  return net::Ipv6Address();
}

}  // namespace masscan::probe
