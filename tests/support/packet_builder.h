// Builds whole frames for tests, layer by layer, with correct lengths and checksums:
//
//   packet().ethernet(to, from).ip(ip("10.0.0.1"), ip("10.0.0.2")).tcp({.flags = ...}).bytes()
//
// Without `ethernet` the frame is a raw IP packet. A test that needs a wrong byte changes it
// afterwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/protocol.h"
#include "wire/tcp.h"

namespace masscan::test {

using Buffer = std::vector<std::byte>;

inline net::IpAddress ip(std::string_view text) {
  const auto address = net::IpAddress::parse(text);
  CHECK(address);
  return *address;
}

inline net::MacAddress mac(std::string_view text) {
  const auto address = net::MacAddress::parse(text);
  CHECK(address);
  return *address;
}

inline Buffer copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

// Returns the bytes that `value.emit` writes into a buffer of this length.
template <typename Value>
Buffer emitted(const Value& value, std::size_t length) {
  Buffer buffer(length);
  value.emit(buffer);
  return buffer;
}

class PacketBuilder {
 public:
  PacketBuilder& ethernet(const net::MacAddress& destination, const net::MacAddress& source) {
    ethernet_ = wire::EthernetHeader{.destination = destination, .source = source};
    return *this;
  }
  // Adds a VLAN tag between the addresses and the type: 0x8100 (802.1Q) or 0x88a8 (802.1ad).
  PacketBuilder& tag(std::uint16_t type, std::uint16_t vlan) {
    Buffer bytes(4);
    store_be(bytes, 0, type);
    store_be(bytes, 2, vlan);
    tags_.insert(tags_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  PacketBuilder& ip(const net::IpAddress& source, const net::IpAddress& destination) {
    source_ = source;
    destination_ = destination;
    return *this;
  }
  PacketBuilder& ttl(std::uint8_t ttl) {
    ttl_ = ttl;
    return *this;
  }
  // IPv4 only.
  PacketBuilder& identification(std::uint16_t identification) {
    identification_ = identification;
    return *this;
  }
  // Adds an IPv6 extension header before the transport. The bytes follow its next-header field.
  PacketBuilder& extension(wire::Protocol kind, Bytes behind_first_byte) {
    extensions_.push_back({kind, copy(behind_first_byte)});
    return *this;
  }
  PacketBuilder& tcp(const wire::TcpHeader& header, Bytes payload = {}) {
    begin_transport(wire::Protocol::kTcp, header.length(), payload);
    header.emit(transport_, source_, destination_);
    return *this;
  }
  // Adds ICMP or ICMPv6, by the family of the addresses.
  PacketBuilder& icmp(const wire::IcmpHeader& header, Bytes body = {}) {
    const bool is_v4 = source_.is_v4();
    begin_transport(is_v4 ? wire::Protocol::kIcmp : wire::Protocol::kIcmpv6,
                    wire::IcmpHeader::kLength, body);
    if (is_v4) {
      header.emit(transport_);
    } else {
      header.emit(transport_, source_.v6(), destination_.v6());
    }
    return *this;
  }
  // Adds any other transport unchanged.
  PacketBuilder& transport(wire::Protocol protocol, Bytes bytes) {
    begin_transport(protocol, 0, bytes);
    return *this;
  }

  Buffer bytes() const {
    Buffer frame = link_header();
    const Buffer network = source_.is_v4() ? ipv4_header() : ipv6_headers();
    frame.insert(frame.end(), network.begin(), network.end());
    frame.insert(frame.end(), transport_.begin(), transport_.end());
    return frame;
  }

 private:
  struct Extension {
    wire::Protocol kind;
    Buffer behind_first_byte;
  };

  void begin_transport(wire::Protocol protocol, std::size_t header_length, Bytes payload) {
    protocol_ = protocol;
    transport_.assign(header_length, std::byte{0});
    transport_.insert(transport_.end(), payload.begin(), payload.end());
  }

  Buffer link_header() const {
    if (!ethernet_) return {};
    wire::EthernetHeader header = *ethernet_;
    header.type = source_.is_v4() ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6;
    Buffer bytes = emitted(header, wire::EthernetHeader::kLength);
    bytes.insert(bytes.end() - 2, tags_.begin(), tags_.end());
    return bytes;
  }

  Buffer ipv4_header() const {
    const wire::Ipv4Header header{.payload_length = static_cast<std::uint16_t>(transport_.size()),
                                  .identification = identification_,
                                  .ttl = ttl_,
                                  .protocol = protocol_,
                                  .source = source_.v4(),
                                  .destination = destination_.v4()};
    return emitted(header, wire::Ipv4Header::kLength);
  }

  Buffer ipv6_headers() const {
    Buffer chain;
    for (std::size_t i = 0; i < extensions_.size(); ++i) {
      const bool is_last = i + 1 == extensions_.size();
      const Buffer& rest = extensions_[i].behind_first_byte;
      chain.push_back(static_cast<std::byte>(is_last ? protocol_ : extensions_[i + 1].kind));
      chain.insert(chain.end(), rest.begin(), rest.end());
    }
    const wire::Ipv6Header header{
        .payload_length = static_cast<std::uint16_t>(chain.size() + transport_.size()),
        .next_header = extensions_.empty() ? protocol_ : extensions_.front().kind,
        .hop_limit = ttl_,
        .source = source_.v6(),
        .destination = destination_.v6()};
    Buffer bytes = emitted(header, wire::Ipv6Header::kLength);
    bytes.insert(bytes.end(), chain.begin(), chain.end());
    return bytes;
  }

  std::optional<wire::EthernetHeader> ethernet_;
  Buffer tags_;
  net::IpAddress source_;
  net::IpAddress destination_;
  std::uint8_t ttl_ = 64;
  std::uint16_t identification_ = 0;
  std::vector<Extension> extensions_;
  wire::Protocol protocol_ = wire::Protocol::kTcp;
  Buffer transport_;
};

inline PacketBuilder packet() { return {}; }

}  // namespace masscan::test
