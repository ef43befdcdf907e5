#include "setup/link_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "nic/af_packet_receiver.h"
#include "nic/af_packet_sender.h"
#include "nic/duplex.h"
#include "nic/libpcap_queue.h"
#include "nic/local_sender.h"
#include "nic/xdp/receiver.h"
#include "nic/xdp/sender.h"
#include "stack/neighbors.h"

namespace masscan::setup {

namespace {

using Senders = std::vector<std::unique_ptr<nic::Sender>>;

// Up to this rate a packet socket needs a part of a processor only.
constexpr double kMaxSocketRatePps = 150000;

// Sizes of the receive rings of all workers together. Every page is resident even if unused, so the
// workers share the size as they share the replies. A very small part would not outlast a pause of
// a worker.
constexpr std::size_t kSocketRingBytes = std::size_t{12} << 20;
constexpr std::size_t kXdpRingBytes = std::size_t{8} << 20;
constexpr std::size_t kLeastRingBytes = std::size_t{4} << 20;

std::size_t ring_share(std::size_t bytes, const engine::Plan& plan) {
  return std::max(bytes / plan.workers, kLeastRingBytes);
}

std::vector<net::MacAddress> groups_of(const engine::LinkPlan& link) {
  std::vector<net::MacAddress> groups;
  for (const net::AddressRange& range : link.spoofed) {
    if (!range.first.is_v6()) continue;
    groups.push_back(stack::multicast_mac(range.first.v6().solicited_node()));
  }
  return groups;
}

std::FILE* verifier_log(const Config& config) { return config.verbosity > 0 ? stderr : nullptr; }

nic::XdpTapConfig tap_config(const Config& config, const engine::LinkPlan& link,
                             std::vector<net::ProbePatterns> patterns) {
  return {.interface = link.interface,
          .link_layer = link.layer,
          .sources = link.sources,
          .patterns = std::move(patterns),
          .groups = groups_of(link),
          .verifier_log = verifier_log(config)};
}

nic::XdpSenderConfig sender_config(const Config& config, const engine::LinkPlan& link) {
  return {.interface = link.interface,
          .mac = link.mac,
          .mtu = link.mtu,
          .verifier_log = verifier_log(config)};
}

// Gives each sender a ring of its own; a worker with several writes to them in turn.
Result<Senders> open_senders(const Config& config, const engine::LinkPlan& link, unsigned count) {
  Senders senders;
  for (unsigned i = 0; i < count; ++i) {
    senders.push_back(TRY(nic::XdpSender::open(sender_config(config, link))));
  }
  return senders;
}

Result<std::unique_ptr<nic::QueuePair>> open_libpcap(const engine::Plan& plan,
                                                     const engine::LinkPlan& link,
                                                     unsigned worker) {
  return std::unique_ptr<nic::QueuePair>(
      TRY(nic::LibpcapQueue::open({.interface = link.interface,
                                   .patterns = plan.patterns(),
                                   .ports = plan.ports_of(worker),
                                   .groups = groups_of(link),
                                   .mtu = link.mtu})));
}

std::string_view name_of(nic::XdpTap::Mode mode) {
  return mode == nic::XdpTap::Mode::kNative ? "native" : "generic";
}

std::string describe_rate(double rate_pps) {
  return std::isinf(rate_pps) ? "as fast as it goes" : fmt::format("{:.0f}/s", rate_pps);
}

}  // namespace

Result<LinkBackend> LinkBackend::open(const Config& config, const engine::Plan& plan,
                                      const engine::LinkPlan& link, unsigned workers) {
  if (link.is_local) return open_local(config, link);
  if (config.network.backend == Backend::kXdp) return open_xdp(config, plan, link, workers);
  LinkBackend sockets;
  sockets.uses_qdisc_ = config.network.qdisc;
  if (config.network.backend == Backend::kAfPacket) {
    sockets.description_ = fmt::format("{}: packet sockets, as asked", link.interface);
    return sockets;
  }
  if (config.network.backend == Backend::kPcap) {
    sockets.uses_libpcap_ = true;
    sockets.description_ = fmt::format("{}: libpcap, as asked", link.interface);
    return sockets;
  }
  if (config.network.qdisc) {
    sockets.description_ =
        fmt::format("{}: packet sockets, through the queueing discipline as asked", link.interface);
    return sockets;
  }
  if (config.rate_pps <= kMaxSocketRatePps) {
    sockets.description_ = fmt::format("{}: packet sockets, which sleep between {} packets",
                                       link.interface, describe_rate(config.rate_pps));
    return sockets;
  }
  Result<LinkBackend> xdp = open_xdp(config, plan, link, workers);
  if (xdp) return xdp;
  sockets.description_ = fmt::format("{}: packet sockets, because XDP is refused: {}",
                                     link.interface, xdp.error().message);
  return sockets;
}

Result<LinkBackend> LinkBackend::open_local(const Config& config, const engine::LinkPlan& link) {
  const Backend asked = config.network.backend;
  if (asked == Backend::kXdp || asked == Backend::kPcap) {
    return run_error(
        "{}: this machine's own addresses are reached by sockets alone: leave out "
        "--transport",
        link.interface);
  }
  LinkBackend sockets;
  sockets.description_ =
      fmt::format("{}: raw sockets, to this machine's own addresses", link.interface);
  return sockets;
}

// Opens the tap first, because many drivers send XDP frames only while a program is attached.
Result<LinkBackend> LinkBackend::open_xdp(const Config& config, const engine::Plan& plan,
                                          const engine::LinkPlan& link, unsigned workers) {
  LinkBackend xdp;
  xdp.tap_ = TRY(nic::XdpTap::open(tap_config(config, link, plan.patterns())));
  const unsigned senders = config.network.senders.value_or(workers);
  const unsigned share = (senders + workers - 1) / workers;
  for (unsigned worker = 0; worker < workers && share > 0; ++worker) {
    xdp.senders_.push_back(TRY(open_senders(config, link, share)));
  }
  xdp.description_ = senders == 0
                         ? fmt::format("{}: XDP ({}) receives, packet sockets send, as asked",
                                       link.interface, name_of(xdp.tap_->mode()))
                         : fmt::format("{}: XDP ({}) sends and receives, {} sender(s)",
                                       link.interface, name_of(xdp.tap_->mode()), share * workers);
  return xdp;
}

Result<std::unique_ptr<nic::QueuePair>> LinkBackend::open_queue(const engine::Plan& plan,
                                                                const engine::LinkPlan& link,
                                                                unsigned worker) {
  if (uses_libpcap_) return open_libpcap(plan, link, worker);
  std::unique_ptr<nic::Receiver> receiver;
  if (tap_) {
    receiver = TRY(nic::XdpReceiver::open({.tap = *tap_,
                                           .ports = plan.ports_of(worker),
                                           .ring_bytes = ring_share(kXdpRingBytes, plan)}));
  } else {
    receiver = TRY(nic::AfPacketReceiver::open({.interface = link.interface,
                                                .link_layer = link.layer,
                                                .patterns = plan.patterns(),
                                                .ports = plan.ports_of(worker),
                                                .groups = groups_of(link),
                                                .ring_bytes = ring_share(kSocketRingBytes, plan)}));
  }
  Senders senders;
  if (has_senders()) {
    senders = std::move(senders_[worker]);
  } else if (link.is_local) {
    senders.push_back(TRY(nic::LocalSender::open()));
  } else {
    senders.push_back(TRY(nic::AfPacketSender::open({.interface = link.interface,
                                                     .link_layer = link.layer,
                                                     .mtu = link.mtu,
                                                     .bypasses_qdisc = !uses_qdisc_})));
  }
  return std::unique_ptr<nic::QueuePair>(
      std::make_unique<nic::Duplex>(link.layer, std::move(senders), std::move(receiver)));
}

std::vector<std::string> examine_transports(const Config& config, const engine::LinkPlan& link) {
  std::vector<std::string> lines;
  auto tap = nic::XdpTap::open(tap_config(config, link, {}));
  lines.push_back(
      tap ? fmt::format("{}: XDP can receive, in {} mode", link.interface, name_of((*tap)->mode()))
          : fmt::format("XDP cannot receive: {}", tap.error().message));
  if (!tap) return lines;
  const auto sender = nic::XdpSender::open(sender_config(config, link));
  lines.push_back(sender ? fmt::format("{}: XDP can send", link.interface)
                         : fmt::format("XDP cannot send: {}", sender.error().message));
  return lines;
}

}  // namespace masscan::setup
