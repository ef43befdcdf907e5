// One interface in use by one worker: its queue, its neighbours, and how frames are written there.
// Owner: Worker. Thread: the worker's.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "engine/plan.h"
#include "engine/tally.h"
#include "engine/target_prefetch.h"
#include "engine/tx_batch.h"
#include "net/mac_address.h"
#include "nic/queue_pair.h"
#include "probe/probe_writer.h"
#include "probe/recogniser.h"
#include "probe/source_set.h"
#include "stack/neighbors.h"
#include "wire/tcp.h"

namespace masscan::engine {

class Link {
 public:
  static Result<Link> open(const Plan& plan, const LinkPlan& link, unsigned worker,
                           std::unique_ptr<nic::QueuePair> queue);

  // Finds the destination MAC address of frames for this next hop.
  stack::Lookup find_mac(const net::IpAddress& next_hop, Instant now);
  // Finds the MAC address of a host on this link by ARP or NDP, even if every frame goes to one
  // router.
  stack::Lookup find_neighbor(const net::IpAddress& address, Instant now) {
    return neighbors_.find(address, now);
  }
  // True if every frame of the family has the same destination MAC address, whatever its next hop.
  bool has_one_mac(net::Family family) const {
    return layer_ == net::LinkLayer::kRawIp || router_mac(family);
  }
  // Writes the probe of `target` for a round. Returns false while the queue is full.
  // REQUIRES: we have an address of the target's family.
  bool send_probe(const targets::Target& target, unsigned round, const net::MacAddress& mac);
  // Writes probes of the targets of `span` until the queue is full; returns how many.
  // REQUIRES: all targets are of one family, which we have an address of.
  std::size_t send_probes(const TargetSpan& span, unsigned round, const net::MacAddress& mac);
  // Writes the frame that ends an exchange, with `word` in the place of a probe's cookie. Returns
  // false while the queue is full.
  bool send_ending(const probe::Flow& flow, std::uint32_t word, const net::MacAddress& mac);
  // True if a frame can be written now.
  bool has_room() { return batch_.next() != nullptr; }
  // Writes a segment of a TCP connection. REQUIRES: `has_room`.
  void send_segment(const probe::Flow& flow, const net::MacAddress& mac,
                    const wire::TcpHeader& header, Bytes payload);
  // Returns how many bytes of payload a segment holds.
  std::uint16_t segment_room(net::Family family) const;
  // Returns how many bytes a peer may send at once. All of them may arrive in one frame, and if it
  // were cut, they would come again after the peer's timeouts.
  std::uint32_t largest_offer(net::Family family) const;
  // Sends a copy of a complete frame. Returns false while the queue is full.
  bool send_frame(Bytes frame);
  // Writes the neighbour queries that are due, at most `allowed`; returns how many.
  std::size_t send_requests(Instant now, std::size_t allowed);
  // Gives a frame to the neighbour table. If it was a question for us, the answer is in `reply`.
  stack::NeighborEvent on_neighbor_frame(Bytes frame, MutableBytes reply, Instant now);

  void flush() { batch_.flush(); }
  // Valid until: the end of the link, like every reference that a link returns.
  nic::QueuePair& queue() const { return *queue_; }
  // Moves the queue out, for a link of another worker. Must be the last call.
  std::unique_ptr<nic::QueuePair> take_queue() { return std::move(queue_); }
  // Returns the queue's counts since the link was opened.
  nic::QueueCounters counters() const { return queue_->counters() - counted_before_; }
  net::LinkLayer layer() const { return layer_; }
  const probe::SourceSet& sources() const { return sources_; }
  const probe::Recogniser& recogniser() const { return recogniser_; }
  std::optional<Instant> next_deadline() const { return neighbors_.next_deadline(); }
  // Forwarded to Neighbors.
  void note_answer(Instant now) { neighbors_.note_answer(now); }
  void ask_routers(Duration age, Instant now) { neighbors_.ask_routers(age, now); }
  void find_routers_again(Instant now) {
    last_hop_.until = Instant{};
    neighbors_.find_routers_again(now);
  }
  std::optional<Instant> take_loss() { return neighbors_.take_loss(); }
  const std::optional<net::IpAddress>& silent_router() const { return neighbors_.silent_router(); }

 private:
  Link(const Plan& plan, const LinkPlan& link, unsigned worker, stack::Neighbors neighbors,
       std::unique_ptr<nic::QueuePair> queue);
  const std::optional<net::MacAddress>& router_mac(net::Family family) const {
    return family == net::Family::kIpv4 ? router_mac_v4_ : router_mac_v6_;
  }

  std::unique_ptr<nic::QueuePair> queue_;
  nic::QueueCounters counted_before_;
  TxBatch batch_;
  net::LinkLayer layer_;
  stack::Neighbors neighbors_;
  std::optional<net::MacAddress> router_mac_v4_;
  std::optional<net::MacAddress> router_mac_v6_;
  probe::SourceSet sources_;
  probe::Cookie cookie_;
  probe::Recogniser recogniser_;
  probe::FrameSettings frame_settings_;
  std::size_t mtu_;
  probe::ProbeWriter writer_;

  // Most probes go to the same router. Its MAC address is cached until `until`, or until a
  // neighbour frame is received.
  struct LastHop {
    net::IpAddress next_hop;
    net::MacAddress mac;
    Instant until{};
  };
  LastHop last_hop_;
};

}  // namespace masscan::engine
