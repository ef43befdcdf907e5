// The kinds of probes. A kind is one file, which declares nothing but its row, and that row in the
// table of kind.cc: how it is asked, how its answer is known, and what filters must let through.
// Whoever sends, receives or filters works by the row and knows no kind.
//
// A kind's probes are numbered as ports: those of a transport, or one for each address, as I:0.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "net/packet_pattern.h"
#include "net/port.h"
#include "probe/prepared_frame.h"
#include "probe/reply.h"
#include "wire/packet.h"

namespace masscan::probe {

struct Kind {
  std::string_view scan_name;   // as masscan announces it: "SYN Stealth Scan"
  std::string_view ports_text;  // what users name to ask this: "TCP ports"
  net::TransportPorts ports{};  // what it asks in the index space
  net::ProbePatterns patterns{};

  // Made once for each family; StampBatch fills it in.
  PreparedFrame (*prepare)(const FrameSettings& settings, net::Family family) = nullptr;
  // The frame that ends what an answer began, with the word of Reply::ending; null: none does.
  PreparedFrame (*prepare_ending)(const FrameSettings& settings, net::Family family) = nullptr;

  // What a packet of the protocol of the replies says; its checksums are the caller's matter.
  Claim (*read_reply)(const wire::Packet& packet) = nullptr;
  // Which probe an ICMP error quotes, perhaps only its first eight bytes behind IP. Of the reply
  // the flow counts.
  Claim (*read_quote)(const wire::Packet& quoted) = nullptr;

  bool asks(net::Port port) const {
    return port.transport == ports.transport && ports.ports.contains(port.number);
  }
  // False: each address is asked once.
  bool has_ports() const { return ports.ports.count() > 1; }
  const net::PacketPattern& reply_pattern(net::Family family) const {
    return family == net::Family::kIpv4 ? patterns.reply_v4 : patterns.reply_v6;
  }
  const net::PacketPattern& probe_pattern(net::Family family) const {
    return family == net::Family::kIpv4 ? patterns.probe_v4 : patterns.probe_v6;
  }
};

// All of them; they live as long as the program.
std::span<const Kind* const> kinds();
// Null: nothing asks such a port.
const Kind* find_kind(net::Port port);

}  // namespace masscan::probe
