// A simulated internet: each address answers as truth.h says, behind one router or on-link.
//
// It parses frames with the same `wire` code as the engine, but checks them itself: malformed
// frames and frames for other MAC addresses are counted and not answered. Used by tests on
// simulated time and by `-e sim`, which needs no root.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>

#include "base/random.h"
#include "base/result.h"
#include "net/ip_address.h"
#include "net/link_layer.h"
#include "net/mac_address.h"
#include "net/port.h"
#include "nic/memory.h"
#include "sim/services.h"
#include "sim/truth.h"
#include "wire/packet.h"
#include "wire/sctp.h"
#include "wire/tcp.h"

namespace masscan::sim {

struct InternetConfig {
  truth answers{};
  // The MAC of all hosts and routers.
  net::MacAddress mac;
  net::LinkLayer link_layer = net::LinkLayer::kEthernet;
  // How many of a million addresses do not answer ARP and NDP.
  std::uint32_t unresolved_ppm = 0;
  // Of a million silent ports, how many are reported by a router: ICMP, prohibited. An address that
  // answers no ping is such a port.
  std::uint32_t prohibited_ppm = 0;
  // Of a million probes, how many are followed by a frame that must be ignored: an answer with a
  // wrong cookie, from a wrong address, or garbage.
  std::uint32_t noise_ppm = 0;
  // Of a million, how many answer SYNs to all ports that no service uses: hosts behind a SYN proxy,
  // whose window is 0; hosts behind a tarpit; and whole prefixes (/24, /64) behind a tarpit, in
  // which nothing is real. A tarpit's SYN-ACK has another window than a service's.
  std::uint32_t proxied_ppm = 0;
  std::uint32_t tarpit_ppm = 0;
  std::uint32_t tarpit_prefix_ppm = 0;
  std::uint64_t seed = 0;     // of the noise
  bool has_services = false;  // open TCP ports complete connections and speak (services.h)
};

enum class Fake : std::uint8_t { kNone, kProxy, kTarpit };

struct InternetCounters {
  std::uint64_t probes =
      0;  // well-formed segments, datagrams, INITs and ICMP requests that arrived
  std::uint64_t resets = 0;     // well-formed RSTs and ABORTs that arrived
  std::uint64_t questions = 0;  // ARP requests and Neighbor Solicitations
  std::uint64_t malformed = 0;  // frames with a wrong length, checksum or MAC address
};

// Returns the port that a packet asks, if it is an ICMP request: I:0, I:1 or I:3.
std::optional<net::Port> asked_icmp_port(const wire::Packet& packet);

class Internet final : public nic::Network {
 public:
  static Result<Internet> open(const InternetConfig& config);

  void on_frame(Bytes frame, Instant now, nic::SimulatedCable& cable) override;
  void advance(Instant now) override { services_.advance(now); }
  std::optional<Instant> next_due() const override { return services_.next_due(); }

  const InternetCounters& counters() const { return counters_; }
  // The truth, for tests.
  bool resolves(const net::IpAddress& address) const;
  truth_answer answer(const net::IpAddress& address, net::Port port) const;
  bool is_prohibited(const net::IpAddress& address, net::Port port) const;
  const Services& services() const { return services_; }
  // What answers in place of a service.
  Fake fake(const net::IpAddress& address, net::Port port) const;

 private:
  Internet(const InternetConfig& config, Services services);

  void answer_arp(Bytes frame, nic::SimulatedCable& cable);
  void answer_solicitation(const wire::Packet& packet, nic::SimulatedCable& cable);
  void on_segment(const wire::Packet& packet, Instant now, nic::SimulatedCable& cable);
  void answer_segment(const wire::Packet& packet, const wire::TcpView& probe,
                      nic::SimulatedCable& cable);
  void on_sctp(const wire::Packet& packet, nic::SimulatedCable& cable);
  void answer_init(const wire::Packet& packet, const wire::SctpView& init,
                   nic::SimulatedCable& cable);
  void answer_icmp(const wire::Packet& packet, net::Port port, nic::SimulatedCable& cable);
  void answer_datagram(const wire::Packet& packet, nic::SimulatedCable& cable);
  void prohibit(const wire::Packet& packet, nic::SimulatedCable& cable);
  // Sends an ICMP error that says that the packet was not delivered.
  void reject(const wire::Packet& packet, const net::IpAddress& from, std::uint8_t code,
              nic::SimulatedCable& cable);
  // Each sends something that is no answer to the packet.
  void make_tcp_noise(const wire::Packet& packet, const wire::TcpView& probe,
                      nic::SimulatedCable& cable);
  void make_sctp_noise(const wire::Packet& packet, const wire::SctpView& init,
                       nic::SimulatedCable& cable);
  void make_icmp_noise(const wire::Packet& packet, net::Port port, nic::SimulatedCable& cable);
  void make_datagram_noise(const wire::Packet& packet, nic::SimulatedCable& cable);
  void send_garbage(nic::SimulatedCable& cable);
  // These send from the packet's destination back to its source: a segment; the first chunk of an
  // SCTP answer, or the ICMP reply to the packet, their cookie changed by `change`; a datagram with
  // the packet's payload, from `port`.
  void reply(const wire::Packet& packet, const wire::TcpHeader& header, nic::SimulatedCable& cable);
  void reply(const wire::Packet& packet, const wire::SctpView& init, std::uint8_t chunk_type,
             std::uint32_t change, nic::SimulatedCable& cable);
  void return_datagram(const wire::Packet& packet, std::uint16_t port, nic::SimulatedCable& cable);
  void echo(const wire::Packet& packet, net::Port port, std::uint32_t change,
            nic::SimulatedCable& cable);
  bool chance(std::uint32_t ppm) { return random_.below(TRUTH_MILLION) < ppm; }

  void speak(const wire::Packet& packet, const wire::TcpView& segment, Instant now,
             nic::SimulatedCable& cable);

  InternetConfig config_;
  Services services_;
  Random random_;
  InternetCounters counters_;
};

}  // namespace masscan::sim
