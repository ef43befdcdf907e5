#include "nic/packet_filter.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstdint>

namespace masscan::nic {
namespace {

using Code = std::vector<sock_filter>;

// Stand-ins for jump distances, until `link` knows them. Real distances here are far smaller.
constexpr std::uint8_t kNext = 0;
constexpr std::uint8_t kAccept = 254;
constexpr std::uint8_t kDrop = 255;

constexpr std::uint32_t kWholeFrame = 0x40000;
constexpr std::size_t kIpv6HeaderBytes = 40;
constexpr std::uint32_t kNeighborSolicitation = 135;  // RFC 4861
constexpr std::uint32_t kNeighborAdvertisement = 136;

sock_filter make(int operation, std::size_t operand, std::uint8_t if_true = kNext,
                 std::uint8_t if_false = kNext) {
  return {static_cast<std::uint16_t>(operation), if_true, if_false,
          static_cast<std::uint32_t>(operand)};
}

sock_filter load_byte(std::size_t offset) { return make(BPF_LD | BPF_B | BPF_ABS, offset); }
sock_filter load_half(std::size_t offset) { return make(BPF_LD | BPF_H | BPF_ABS, offset); }
// The same, `offset` bytes behind the index register.
sock_filter load_byte_behind(std::size_t offset) { return make(BPF_LD | BPF_B | BPF_IND, offset); }
sock_filter load_half_behind(std::size_t offset) { return make(BPF_LD | BPF_H | BPF_IND, offset); }
// The index register becomes the length of the IPv4 header at `offset`.
sock_filter index_ipv4_header(std::size_t offset) {
  return make(BPF_LDX | BPF_B | BPF_MSH, offset);
}
sock_filter accept_if(std::uint32_t value) {
  return make(BPF_JMP | BPF_JEQ | BPF_K, value, kAccept, kNext);
}
sock_filter drop_if_any_bit(std::uint32_t mask) {
  return make(BPF_JMP | BPF_JSET | BPF_K, mask, kDrop, kNext);
}

void append(Code& code, const Code& more) { code.insert(code.end(), more.begin(), more.end()); }

// Where the loaded value is `value`, `body` decides; otherwise the code behind it.
void append_case(Code& code, std::uint32_t value, const Code& body) {
  const auto skip = static_cast<std::uint8_t>(body.size());
  code.push_back(make(BPF_JMP | BPF_JEQ | BPF_K, value, kNext, skip));
  append(code, body);
}

Code drop() { return {make(BPF_RET | BPF_K, 0)}; }

Code accept_if_between(std::uint32_t first, std::uint32_t last) {
  return {make(BPF_JMP | BPF_JGE | BPF_K, first, kNext, kDrop),
          make(BPF_JMP | BPF_JGT | BPF_K, last, kDrop, kAccept)};
}

Code tcp_over_ipv4(std::size_t ip, net::PortRange ports) {
  Code code = {index_ipv4_header(ip), load_half_behind(ip + 2)};
  append(code, accept_if_between(ports.first, ports.last));
  return code;
}

Code icmp(std::size_t ip) {
  Code code = {index_ipv4_header(ip), load_byte_behind(ip), accept_if(ICMP_DEST_UNREACH),
               accept_if(ICMP_TIME_EXCEEDED)};
  append(code, drop());
  return code;
}

Code ipv4(std::size_t ip, net::PortRange ports) {
  constexpr std::uint32_t kMoreFragmentsOrOffset = 0x3fff;
  Code code = {load_half(ip + 6), drop_if_any_bit(kMoreFragmentsOrOffset), load_byte(ip + 9)};
  append_case(code, IPPROTO_TCP, tcp_over_ipv4(ip, ports));
  append_case(code, IPPROTO_ICMP, icmp(ip));
  append(code, drop());
  return code;
}

Code tcp_over_ipv6(std::size_t ip, net::PortRange ports) {
  Code code = {load_half(ip + kIpv6HeaderBytes + 2)};
  append(code, accept_if_between(ports.first, ports.last));
  return code;
}

Code icmpv6(std::size_t ip) {
  Code code = {load_byte(ip + kIpv6HeaderBytes), accept_if(kNeighborSolicitation),
               accept_if(kNeighborAdvertisement)};
  append(code, accept_if_between(ICMPV6_DEST_UNREACH, ICMPV6_PARAMPROB));
  return code;
}

Code ipv6(std::size_t ip, net::PortRange ports) {
  Code code = {load_byte(ip + 6)};
  append_case(code, IPPROTO_TCP, tcp_over_ipv6(ip, ports));
  append_case(code, IPPROTO_ICMPV6, icmpv6(ip));
  append(code, drop());
  return code;
}

Code ethernet(net::PortRange ports) {
  Code code = {load_half(12), accept_if(ETH_P_ARP)};
  append_case(code, ETH_P_IP, ipv4(ETH_HLEN, ports));
  append_case(code, ETH_P_IPV6, ipv6(ETH_HLEN, ports));
  append(code, drop());
  return code;
}

Code raw_ip(net::PortRange ports) {
  Code code = {load_byte(0), make(BPF_ALU | BPF_RSH | BPF_K, 4)};
  append_case(code, 4, ipv4(0, ports));
  append_case(code, 6, ipv6(0, ports));
  append(code, drop());
  return code;
}

// Puts the two ends behind the code and turns the stand-ins into distances to them.
Code link(Code code) {
  const std::size_t accept = code.size();
  code.push_back(make(BPF_RET | BPF_K, kWholeFrame));
  code.push_back(make(BPF_RET | BPF_K, 0));
  for (std::size_t i = 0; i < accept; ++i) {
    for (std::uint8_t* jump : {&code[i].jt, &code[i].jf}) {
      if (*jump == kAccept) *jump = static_cast<std::uint8_t>(accept - i - 1);
      if (*jump == kDrop) *jump = static_cast<std::uint8_t>(accept - i);
    }
  }
  return code;
}

}  // namespace

std::vector<sock_filter> make_packet_filter(LinkLayer link_layer, net::PortRange ports) {
  return link(link_layer == LinkLayer::kEthernet ? ethernet(ports) : raw_ip(ports));
}

}  // namespace masscan::nic
