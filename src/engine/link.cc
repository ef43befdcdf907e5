#include "engine/link.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "probe/segment_writer.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"

namespace masscan::engine {

namespace {

constexpr Duration kLastHopLife = 20ms;

template <typename Address>
std::optional<Address> first_source(const LinkPlan& link, net::Family family) {
  for (const net::AddressRange& range : link.sources) {
    if (range.first.family() != family) continue;
    if constexpr (std::is_same_v<Address, net::Ipv4Address>) return range.first.v4();
    if constexpr (std::is_same_v<Address, net::Ipv6Address>) return range.first.v6();
  }
  return std::nullopt;
}

// Only the user's data can make a probe too long.
Result<void> check_length(const probe::ProbeSettings& probes, const LinkPlan& link) {
  const std::size_t headers =
      wire::Ipv6Header::kLength + wire::TcpHeader::kMinLength + probes.tcp_options.length();
  if (probes.data_length == 0 || headers + probes.data_length <= link.mtu) return {};
  return run_error("--data-length: {} bytes do not fit into the MTU of {}, {}; send at most {}",
                   probes.data_length, link.interface, link.mtu,
                   link.mtu > headers ? link.mtu - headers : 0);
}

}  // namespace

Result<Link> Link::open(const Plan& plan, const LinkPlan& link, unsigned worker,
                        std::unique_ptr<nic::QueuePair> queue) {
  TRY(check_length(plan.probe_settings, link));
  stack::Neighbors neighbors = TRY(stack::Neighbors::make({
      .mac = link.mac,
      .source_v4 = first_source<net::Ipv4Address>(link, net::Family::kIpv4),
      .source_v6 = first_source<net::Ipv6Address>(link, net::Family::kIpv6),
      // Only the first worker responds, so that a query gets one response.
      .answers_for = worker == 0 ? link.spoofed : std::vector<net::AddressRange>{},
      .key = plan.cookie_key,
  }));
  for (const NextHop& router : plan.routers) {
    if (&plan.links[router.link] == &link) neighbors.watch(router.address);
  }
  return Link(plan, link, worker, std::move(neighbors), std::move(queue));
}

Link::Link(const Plan& plan, const LinkPlan& link, unsigned worker, stack::Neighbors neighbors,
           std::unique_ptr<nic::QueuePair> queue)
    : queue_(std::move(queue)),
      counted_before_(queue_->counters()),
      batch_(*queue_),
      layer_(link.layer),
      neighbors_(std::move(neighbors)),
      router_mac_v4_(link.router_mac_v4),
      router_mac_v6_(link.router_mac_v6),
      sources_(link.sources, plan.ports_of(worker)),
      cookie_(plan.cookie_key),
      recogniser_(cookie_, sources_, plan.kinds, plan.probe_settings),
      frame_settings_{link.layer, link.mac, plan.probe_settings},
      mtu_(link.mtu),
      writer_(plan.kinds, frame_settings_, plan.instructions) {}

stack::Lookup Link::find_mac(const net::IpAddress& next_hop, Instant now) {
  using State = stack::Lookup::State;
  if (layer_ == net::LinkLayer::kRawIp) return {.state = State::kKnown, .mac = {}};
  if (const auto& mac = router_mac(next_hop.family())) return {.state = State::kKnown, .mac = *mac};
  if (now < last_hop_.until && next_hop == last_hop_.next_hop) {
    return {.state = State::kKnown, .mac = last_hop_.mac};
  }
  const stack::Lookup lookup = neighbors_.find(next_hop, now);
  if (lookup.state == State::kKnown) last_hop_ = {next_hop, lookup.mac, now + kLastHopLife};
  return lookup;
}

bool Link::send_probe(const targets::Target& target, unsigned round, const net::MacAddress& mac) {
  const net::Family family = target.address.family();
  const std::uint64_t high = target.address.high();
  const std::uint64_t low = target.address.low();
  const std::uint64_t cookie = cookie_(target.address, target.port);
  return send_probes({{{&family, 1}, {&high, 1}, {&low, 1}, {&target.port, 1}}, {&cookie, 1}},
                     round, mac) == 1;
}

std::size_t Link::send_probes(const TargetSpan& span, unsigned round, const net::MacAddress& mac) {
  static_assert(TxBatch::kFrames <= probe::ProbeWriter::kMost);
  std::size_t sent = 0;
  while (sent < span.count()) {
    const std::span<nic::TxFrame> room = batch_.room();
    if (room.empty()) break;
    const auto slots = room.first(std::min(room.size(), span.count() - sent));
    const TargetSpan part = span.part(sent, slots.size());
    writer_.write(sources_, mac, part.targets, part.cookies, round, slots);
    batch_.take_all(slots.size());
    sent += slots.size();
  }
  return sent;
}

bool Link::send_ending(const probe::Flow& flow, std::uint32_t word, const net::MacAddress& mac) {
  nic::TxFrame* const frame = batch_.next();
  if (frame == nullptr) return false;
  writer_.write_ending(mac, flow, word, *frame);
  batch_.take_all(1);
  return true;
}

void Link::send_segment(const probe::Flow& flow, const net::MacAddress& mac,
                        const wire::TcpHeader& header, Bytes payload) {
  nic::TxFrame* const slot = batch_.next();
  batch_.take(probe::write_segment(frame_settings_, flow, mac, header, payload, slot->buffer));
}

std::uint16_t Link::segment_room(net::Family family) const {
  return static_cast<std::uint16_t>(probe::segment_room(mtu_, family));
}

std::uint32_t Link::largest_offer(net::Family family) const {
  // Two segments of an Ethernet: many services that answer at once are no burst then.
  constexpr std::size_t kEnough = 3800;
  constexpr std::size_t kLongestTcpHeader = 60;
  const std::size_t headers =
      (layer_ == net::LinkLayer::kEthernet ? wire::EthernetHeader::kLength : 0) +
      (family == net::Family::kIpv4 ? wire::Ipv4Header::kLength : wire::Ipv6Header::kLength) +
      kLongestTcpHeader;
  return static_cast<std::uint32_t>(std::min(queue_->longest_frame() - headers, kEnough));
}

bool Link::send_frame(Bytes frame) {
  nic::TxFrame* const slot = batch_.next();
  if (slot == nullptr) return false;
  std::memcpy(slot->buffer.data(), frame.data(), frame.size());
  batch_.take(frame.size());
  return true;
}

std::size_t Link::send_requests(Instant now, std::size_t allowed) {
  std::size_t sent = 0;
  while (sent < allowed) {
    nic::TxFrame* const frame = batch_.next();
    if (frame == nullptr) break;
    const std::optional<std::size_t> length = neighbors_.next_request(frame->buffer, now);
    if (!length) break;
    batch_.take(*length);
    ++sent;
  }
  return sent;
}

stack::NeighborEvent Link::on_neighbor_frame(Bytes frame, MutableBytes reply, Instant now) {
  last_hop_.until = Instant{};
  return neighbors_.on_frame(frame, reply, now);
}

}  // namespace masscan::engine
