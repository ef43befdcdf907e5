#include "scan/queues.h"

#include <poll.h>

#include <utility>

#include "nic/af_packet.h"
#include "nic/discard.h"
#include "nic/memory.h"
#include "nic/pcap_queue.h"
#include "scan/recorder.h"
#include "stack/neighbors.h"

namespace masscan::scan {

namespace {

constexpr Duration kRouterPatience = 2500ms;
constexpr int kRouterTickMs = 5;

sim::InternetConfig internet_config(const Config& config) {
  const auto open_ppm = static_cast<std::uint32_t>(config.sim_open * TRUTH_MILLION);
  return {.answers = {.key = config.sim_key, .open_ppm = open_ppm, .closed_ppm = TRUTH_MILLION / 2},
          .mac = net::MacAddress({std::byte{2}, {}, {}, {}, {}, std::byte{1}}),
          .seed = config.sim_key};
}

// Simulated frames need a wall clock that agrees with everybody's.
Duration wall_offset() { return wall_now().time_since_epoch() - now().time_since_epoch(); }

std::vector<net::MacAddress> groups_of(const LinkPlan& link) {
  std::vector<net::MacAddress> groups;
  for (const net::AddressRange& range : link.spoofed) {
    if (!range.first.is_v6()) continue;
    groups.push_back(stack::multicast_mac(range.first.v6().solicited_node()));
  }
  return groups;
}

}  // namespace

Queues::Queues(const Config& config) : config_(config) {
  if (config.way.interface == "sim") internet_.emplace(internet_config(config));
}

Result<std::vector<std::unique_ptr<nic::QueuePair>>> Queues::open(const Plan& plan,
                                                                  unsigned worker) {
  if (!config_.capture.empty() && capture_ == nullptr) TRY(open_capture(plan));
  std::vector<std::unique_ptr<nic::QueuePair>> queues;
  for (const LinkPlan& link : plan.links) {
    queues.push_back(TRY(open_one(plan, link, worker)));
    if (capture_ == nullptr || config_.offline) continue;
    queues.back() =
        std::make_unique<Recorder>(std::move(queues.back()), plan.ports_of(worker), *capture_);
  }
  return queues;
}

Result<void> Queues::open_capture(const Plan& plan) {
  const LinkPlan& first = plan.links.front();
  for (const LinkPlan& link : plan.links) {
    if (link.layer == first.layer) continue;
    return usage_error(
        "--pcap: {} and {} carry different kinds of frames, and a capture holds one kind; scan "
        "through one of them at a time, with -e",
        first.interface, link.interface);
  }
  capture_ = TRY(nic::PcapFile::open(config_.capture, first.layer));
  return {};
}

Result<void> Queues::close_capture() {
  return capture_ != nullptr ? capture_->close() : Result<void>();
}

Result<std::unique_ptr<nic::QueuePair>> Queues::open_one(const Plan& plan, const LinkPlan& link,
                                                         unsigned worker) {
  if (config_.offline && capture_ != nullptr) {
    return std::unique_ptr<nic::QueuePair>(TRY(nic::PcapQueue::open(*capture_, wall_offset())));
  }
  if (config_.offline) return std::unique_ptr<nic::QueuePair>(TRY(nic::Discard::open(link.layer)));
  if (internet_) {
    const nic::MemoryConfig memory{.faults = {.delay_min = 1ms, .delay_max = 30ms},
                                   .seed = config_.sim_key,
                                   .wall_offset = wall_offset()};
    return std::unique_ptr<nic::QueuePair>(TRY(nic::MemoryQueue::open(memory, *internet_)));
  }
  return std::unique_ptr<nic::QueuePair>(TRY(nic::AfPacket::open({
      .interface = link.interface,
      .link_layer = link.layer,
      .ports = plan.ports_of(worker),
      .mtu = link.mtu,
      .groups = groups_of(link),
  })));
}

Result<void> resolve_routers(const Plan& plan, Worker& worker) {
  const Instant deadline = now() + kRouterPatience;
  for (const Way& router : plan.routers) {
    Link& link = worker.links()[router.link];
    for (;;) {
      const Instant moment = now();
      link.queue().advance(moment);
      const auto lookup = link.find_mac(router.next_hop, moment);
      if (lookup.state == stack::Lookup::State::kKnown) break;
      if (lookup.state == stack::Lookup::State::kFailed || moment > deadline) {
        return run_error(
            "router {} on {} does not answer {}: is it there? Name another with "
            "--router-ip, or its MAC address with --router-mac",
            to_string(router.next_hop), plan.links[router.link].interface,
            router.next_hop.is_v4() ? "ARP" : "Neighbor Discovery");
      }
      link.send_requests(moment, TxBatch::kFrames);
      link.flush();
      pollfd descriptor{.fd = link.queue().poll_fd(), .events = POLLIN, .revents = 0};
      static_cast<void>(::poll(&descriptor, 1, kRouterTickMs));
      for (const nic::RxFrame& frame : link.queue().receive()) {
        link.hear_neighbor(frame.bytes, moment);
      }
      link.queue().release();
    }
  }
  return {};
}

}  // namespace masscan::scan
