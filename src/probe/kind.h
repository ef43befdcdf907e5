// The kinds of probes. A kind is one file, which declares only its row, and that row in the table
// of kind.cc: how to probe, how to recognise replies, and which packets filters accept. All other
// code uses the rows and knows no kind.
//
// The probes of a kind are numbered as ports: those of a transport, or a few for each address, as
// I:0.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "net/packet_pattern.h"
#include "net/port.h"
#include "probe/prepared_frame.h"
#include "probe/probe_settings.h"
#include "probe/reply.h"
#include "record/cause.h"
#include "wire/packet.h"

namespace masscan::probe {

struct Kind {
  std::string_view scan_name;                 // as masscan announces it: "SYN Stealth Scan"
  std::string_view ports_text;                // what users specify: "TCP ports"
  net::TransportPorts ports{};                // the ports it probes, in the index space
  std::optional<net::PortRange> ipv4_only{};  // of these, those that IPv6 does not have
  net::ProbePatterns patterns{};

  // How many ports to send from, a power of two. Where a reply has no cookie, the port that the
  // cookie chose is its only proof.
  std::uint32_t source_ports = 16;

  // Returns how many requests a port gets, one after the other until one is answered. Null: one.
  unsigned (*requests)(const ProbeSettings& settings, std::uint16_t port) = nullptr;
  // Makes the template for a family, of one of the requests of `port`. StampBatch completes it.
  PreparedFrame (*prepare)(const FrameSettings& settings, net::Family family, net::Port port,
                           unsigned request) = nullptr;
  // Makes the template of the frame that ends an exchange; StampBatch writes the word of
  // Reply::ending into it. Null: no reply needs one.
  PreparedFrame (*prepare_ending)(const FrameSettings& settings, net::Family family) = nullptr;

  // Reads a packet of the reply's protocol. The caller verifies checksums.
  Claim (*read_reply)(const wire::Packet& packet, const ProbeSettings& settings) = nullptr;
  // Identifies the probe that an ICMP error quotes, perhaps only by its first eight bytes behind
  // IP. Only the flow of the reply is used.
  Claim (*read_quote)(const wire::Packet& quoted, const ProbeSettings& settings) = nullptr;
  // The ICMP error of a target that means that the port is closed; other errors mean filtered.
  record::Cause closed_by = record::Cause::kNone;
  // The one that means that it is open.
  record::Cause opened_by = record::Cause::kNone;
  // A port that does not answer may be open.
  bool silence_may_be_open = false;

  // False: an address is probed by resolving it (arp.h); there are no frames to write or recognise.
  bool has_frames() const { return prepare != nullptr; }
  bool asks(net::Port port) const {
    return port.transport == ports.transport && ports.ports.contains(port.number);
  }
  net::Port first_port() const { return {ports.transport, ports.ports.first}; }
  // Returns what an ICMP error of a target says about the port.
  record::PortState state_of(record::Cause cause) const {
    if (cause == closed_by) return record::PortState::kClosed;
    return cause == opened_by ? record::PortState::kOpen : record::PortState::kFiltered;
  }
  // False: the numbers are no ports of a transport.
  bool has_ports() const { return ports.ports.last == 65535; }
  const net::PacketPattern& reply_pattern(net::Family family) const {
    return family == net::Family::kIpv4 ? patterns.reply_v4 : patterns.reply_v6;
  }
  const net::PacketPattern& probe_pattern(net::Family family) const {
    return family == net::Family::kIpv4 ? patterns.probe_v4 : patterns.probe_v6;
  }
};

// Returns a kind for all ports that can be probed but IP protocols, valid for the life of the
// program. Of the TCP scans (tcp_flag_scans.h) it is the SYN.
std::span<const Kind* const> kinds();
// Returns the kind that probes such a port if TCP ports are probed by `tcp`; null if there is none.
const Kind* find_kind(net::Port port, const Kind& tcp);

}  // namespace masscan::probe
