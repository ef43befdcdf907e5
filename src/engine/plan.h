// Everything that is decided before the first packet. Workers share it and never change it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instruction_set.h"
#include "base/siphash.h"
#include "base/time.h"
#include "engine/next_hops.h"
#include "engine/worker_share.h"
#include "net/link_layer.h"
#include "net/mac_address.h"
#include "net/prefix.h"
#include "probe/kind.h"
#include "targets/probe_space.h"
#include "targets/shard.h"
#include "targets/shuffle.h"
#include "wire/tcp.h"

namespace masscan::engine {

// One interface that probes leave from.
struct LinkPlan {
  std::string interface;
  net::LinkLayer layer = net::LinkLayer::kEthernet;
  net::MacAddress mac;  // ours
  std::size_t mtu = 1500;
  bool has_carrier = true;
  bool is_local = false;  // the loopback, which leads to this machine's own addresses
  std::vector<net::AddressRange> sources;  // our addresses of either family
  std::vector<net::AddressRange> spoofed;  // those of them that the kernel does not own
  // An XDP program takes our replies before the kernel sees them.
  bool hides_replies = false;
  // Where every frame of a family goes, whatever the next hop: --router-mac, or a loopback.
  std::optional<net::MacAddress> router_mac_v4;
  std::optional<net::MacAddress> router_mac_v6;
};

struct Plan {
  targets::ProbeSpace space;
  targets::Shuffle shuffle;
  targets::Shard shard;
  std::vector<const probe::Kind*> kinds;  // of the probes, each once

  std::vector<LinkPlan> links;
  NextHops next_hops;
  std::vector<NextHop> routers;  // next hops that are no targets; they must answer before the scan
  net::PortRange source_ports;

  SipKey cookie_key;
  wire::TcpOptions tcp_options;
  std::uint8_t ttl = 255;
  bool sends_endings = true;  // what an answer began is ended

  InstructionSet instructions = InstructionSet::kScalar;  // for what is computed in batches

  double rate_pps = 0;      // at most
  bool finds_rate = false;  // begins more slowly, and finds out what the path carries
  unsigned retries = 0;
  Duration retry_delay{};
  Duration wait{};
  bool is_answered = true;  // false: nobody will, so nobody waits
  unsigned workers = 1;

  // Where the shard's turns begin, by round, and where they end: for a part of a scan, and for one
  // that goes on.
  std::vector<std::uint64_t> begin_turns;
  std::uint64_t end_turn = WorkerShare::kNoTurn;

  WorkerShare share_of(unsigned worker) const { return {space.size(), shard, worker, workers}; }
  targets::Target target(std::uint64_t position) const { return space.at(shuffle(position)); }
  // The source ports of one worker: disjoint parts, so that an answer finds the worker that asked.
  net::PortRange ports_of(unsigned worker) const;
  // Not only addresses.
  bool asks_ports() const;
  // Whether the kernel would answer our replies, if it saw them.
  bool is_answered_by_kernel() const;
  // What the kinds of probes and of their replies look like.
  std::vector<net::ProbePatterns> patterns() const;
  // How many turns the shard has, and how many of them this scan asks, without retries.
  std::uint64_t shard_turns() const { return WorkerShare(space.size(), shard, 0, 1).count(); }
  std::uint64_t probes() const;
  // The turn of the shard before which this scan ends.
  std::uint64_t last_turn() const { return std::min(end_turn, shard_turns()); }
  double first_rate_pps() const;
  // A number that changes with anything that changes the order of targets.
  std::uint64_t fingerprint() const;
};

}  // namespace masscan::engine
