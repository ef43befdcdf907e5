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

// Whose replies are let in, from where on.
struct Replies {
  std::span<const net::ProbePatterns> patterns;
  net::PortRange ports;
};

using Load = sock_filter (*)(std::size_t offset);

// Accepts the replies of this protocol, drops other packets of it. `load_half_at` loads from behind
// the IP header at `transport`; the accumulator holds the first byte there if a pattern has a type.
Code accept_replies(const net::PacketPattern& pattern, net::PortRange ports, std::size_t transport,
                    Load load_half_at) {
  Code code = {load_half_at(transport + pattern.port_at)};
  append(code, accept_if_between(ports.first, ports.last));
  return code;
}

// The same for each pattern of the protocol, by its type if it has one.
void append_replies(Code& code, std::uint8_t protocol, const Replies& replies,
                    net::PacketPattern net::ProbePatterns::*of_family, std::size_t transport,
                    Load load_half_at) {
  for (const net::ProbePatterns& patterns : replies.patterns) {
    const net::PacketPattern& pattern = patterns.*of_family;
    if (pattern.protocol != protocol) continue;
    const Code body = accept_replies(pattern, replies.ports, transport, load_half_at);
    if (pattern.type) {
      append_case(code, *pattern.type, body);
    } else {
      append(code, body);
    }
  }
}

Code icmp(std::size_t ip, const Replies& replies) {
  Code code = {index_ipv4_header(ip), load_byte_behind(ip), accept_if(ICMP_DEST_UNREACH),
               accept_if(ICMP_TIME_EXCEEDED)};
  append_replies(code, IPPROTO_ICMP, replies, &net::ProbePatterns::reply_v4, ip, load_half_behind);
  append(code, drop());
  return code;
}

Code ipv4(std::size_t ip, const Replies& replies) {
  constexpr std::uint32_t kFragmentOffset = 0x1fff;
  Code code = {load_half(ip + 6), drop_if_any_bit(kFragmentOffset), load_byte(ip + 9)};
  for (const net::ProbePatterns& patterns : replies.patterns) {
    const std::uint8_t protocol = patterns.reply_v4.protocol;
    if (protocol == 0 || protocol == IPPROTO_ICMP) continue;
    Code body = {index_ipv4_header(ip)};
    append(body, accept_replies(patterns.reply_v4, replies.ports, ip, load_half_behind));
    append_case(code, protocol, body);
  }
  append_case(code, IPPROTO_ICMP, icmp(ip, replies));
  append(code, drop());
  return code;
}

Code icmpv6(std::size_t ip, const Replies& replies) {
  const std::size_t transport = ip + kIpv6HeaderBytes;
  Code code = {load_byte(transport), accept_if(kNeighborSolicitation),
               accept_if(kNeighborAdvertisement)};
  append_replies(code, IPPROTO_ICMPV6, replies, &net::ProbePatterns::reply_v6, transport,
                 load_half);
  append(code, accept_if_between(ICMPV6_DEST_UNREACH, ICMPV6_PARAMPROB));
  return code;
}

// Replies of a protocol with ports, whose number is loaded.
void append_transports(Code& code, std::size_t transport, const Replies& replies) {
  for (const net::ProbePatterns& patterns : replies.patterns) {
    const std::uint8_t protocol = patterns.reply_v6.protocol;
    if (protocol == 0 || protocol == IPPROTO_ICMPV6) continue;
    append_case(code, protocol,
                accept_replies(patterns.reply_v6, replies.ports, transport, load_half));
  }
}

Code ipv6_fragment(std::size_t header, const Replies& replies) {
  constexpr std::uint32_t kFragmentOffset = 0xfff8;
  Code code = {load_half(header + 2), drop_if_any_bit(kFragmentOffset), load_byte(header)};
  append_transports(code, header + 8, replies);
  append(code, drop());
  return code;
}

Code ipv6(std::size_t ip, const Replies& replies) {
  const std::size_t transport = ip + kIpv6HeaderBytes;
  Code code = {load_byte(ip + 6)};
  append_transports(code, transport, replies);
  append_case(code, IPPROTO_FRAGMENT, ipv6_fragment(transport, replies));
  append_case(code, IPPROTO_ICMPV6, icmpv6(ip, replies));
  append(code, drop());
  return code;
}

Code ethernet(const Replies& replies) {
  Code code = {load_half(12), accept_if(ETH_P_ARP)};
  append_case(code, ETH_P_IP, ipv4(ETH_HLEN, replies));
  append_case(code, ETH_P_IPV6, ipv6(ETH_HLEN, replies));
  append(code, drop());
  return code;
}

Code raw_ip(const Replies& replies) {
  Code code = {load_byte(0), make(BPF_ALU | BPF_RSH | BPF_K, 4)};
  append_case(code, 4, ipv4(0, replies));
  append_case(code, 6, ipv6(0, replies));
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

std::vector<sock_filter> make_packet_filter(LinkLayer link_layer,
                                            std::span<const net::ProbePatterns> patterns,
                                            net::PortRange ports) {
  const Replies replies{patterns, ports};
  return link(link_layer == LinkLayer::kEthernet ? ethernet(replies) : raw_ip(replies));
}

}  // namespace masscan::nic
