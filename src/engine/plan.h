// Everything that is decided before the first packet. Workers share it and do not change it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/instruction_set.h"
#include "base/siphash.h"
#include "base/time.h"
#include "engine/conversation_plan.h"
#include "engine/next_hops.h"
#include "engine/worker_share.h"
#include "net/link_layer.h"
#include "net/mac_address.h"
#include "net/prefix.h"
#include "payloads/payload_set.h"
#include "probe/kind.h"
#include "probe/probe_settings.h"
#include "targets/probe_space.h"
#include "targets/shard.h"
#include "targets/shuffle.h"

namespace masscan::engine {

// An interface that probes are sent from.
struct LinkPlan {
  std::string interface;
  net::LinkLayer layer = net::LinkLayer::kEthernet;
  net::MacAddress mac;  // ours
  std::size_t mtu = 1500;
  bool has_carrier = true;
  bool is_local = false;  // the loopback interface, which reaches only this machine
  std::vector<net::AddressRange> sources;  // our addresses of either family
  std::vector<net::AddressRange> spoofed;  // those that the kernel does not own
  // True if an XDP program takes our replies before the kernel sees them.
  bool hides_replies = false;
  // The destination MAC of every frame of a family, whatever the next hop: set by --router-mac, or
  // for a loopback.
  std::optional<net::MacAddress> router_mac_v4;
  std::optional<net::MacAddress> router_mac_v6;
};

struct Plan {
  targets::ProbeSpace space;
  targets::Shuffle shuffle;
  targets::Shard shard;
  std::vector<const probe::Kind*> kinds;                 // kinds of probes in use, each once
  std::shared_ptr<const payloads::PayloadSet> payloads;  // null if no UDP port is probed

  std::vector<LinkPlan> links;
  NextHops next_hops;
  std::vector<NextHop> routers;  // next hops that are not targets; each must answer before the scan
  net::PortRange source_ports;

  SipKey cookie_key;
  probe::ProbeSettings probe_settings;
  bool sends_endings = true;       // sends a RST after a SYN-ACK
  bool takes_text = false;         // what services say is wanted, not only their state
  ConversationPlan conversations;  // what is said to services, if TCP ports are probed by SYN
  bool reports_silence = false;    // reports targets that did not answer (see Unanswered)

  InstructionSet instructions = InstructionSet::kScalar;  // for batch computations

  double rate_pps = 0;  // the limit
  // Into one /24 or /64; infinity: no limit.
  double prefix_rate_pps = std::numeric_limits<double>::infinity();
  unsigned canaries = 0;    // ports asked of a host that has an open one; see Canaries
  bool finds_rate = false;  // begins more slowly and measures what the path carries
  unsigned retries = 0;
  unsigned rounds = 1;  // the most of Plan::rounds_of of all ports
  Duration retry_delay{};
  Duration wait{};
  bool is_answered = true;  // false: no reply can arrive, none is awaited
  unsigned workers = 1;

  // The shard turns at which each round begins, and at which all end: for partial and resumed
  // scans.
  std::vector<std::uint64_t> begin_turns;
  std::uint64_t end_turn = WorkerShare::kNoTurn;

  WorkerShare share_of(unsigned worker) const { return {space.size(), shard, worker, workers}; }
  targets::Target target(std::uint64_t position) const { return space.at(shuffle(position)); }
  // Returns the source ports of one worker. They are disjoint, so that a reply reaches the worker
  // that sent the probe.
  net::PortRange ports_of(unsigned worker) const;
  bool probes_by_syn() const;
  // True if services that accept a connection are talked to.
  bool converses() const { return takes_text && probes_by_syn(); }
  // True if any kind of probe has ports.
  bool asks_ports() const;
  // Returns the transports whose replies the kernel would answer if it received them.
  std::vector<net::Transport> answered_by_kernel() const;
  // Returns how often a target is probed: for each of its port's requests, and again for each
  // retry.
  unsigned rounds_of(net::Port port) const;
  // Returns how many source ports the kinds need.
  std::uint32_t source_port_count() const;
  // Returns the packet patterns of all kinds of probes and their replies.
  std::vector<net::ProbePatterns> patterns() const;
  // Returns the number of turns of the shard, and of those that this scan probes, without retries.
  std::uint64_t shard_turns() const { return WorkerShare(space.size(), shard, 0, 1).count(); }
  std::uint64_t probes() const;
  // Returns the shard turn before which this scan ends.
  std::uint64_t last_turn() const { return std::min(end_turn, shard_turns()); }
  double first_rate_pps() const;
  // Returns a number that changes with everything that affects the order of targets.
  std::uint64_t fingerprint() const;
};

}  // namespace masscan::engine
