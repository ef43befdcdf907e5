#include "stack/neighbors.h"

#include <algorithm>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/icmpv6.h"
#include "wire/ipv6.h"
#include "wire/packet.h"

namespace masscan::stack {
namespace {

// How long a query waits in each queue: it is repeated 0.3 s, 1 s and 2 s after the first one.
constexpr std::array<Duration, 4> kWait = {0ms, 300ms, 700ms, 1000ms};
constexpr Duration kFailureLasts = 20s;
constexpr Duration kRefreshAfter = 60s;
constexpr Duration kRefreshRouterAfter = 3s;
// Minimum interval between queries of a neighbour caused by claims that were false.
constexpr Duration kVerifyInterval = 1s;
// Minimum interval between queries caused by claims about hosts, of which there may be thousands.
constexpr Duration kHostVerifyInterval = 100ms;
constexpr int kGiveUpsPerCall = 64;

const net::Ipv6Address kAllNodes(make_uint128(0xff02000000000000, 1));

bool is_unicast(const net::MacAddress& mac) {
  return !mac.is_zero() && (mac.octets()[0] & std::byte{1}) == std::byte{0};
}

// ARP frames are padded to the minimum length of Ethernet.
std::size_t write_arp(MutableBytes frame, const net::MacAddress& destination,
                      const wire::ArpMessage& message) {
  const MutableBytes padded = frame.first(wire::kMinEthernetLength);
  std::ranges::fill(padded, std::byte{0});
  wire::EthernetHeader{destination, message.sender_mac, wire::EtherType::kArp}.emit(padded);
  message.emit(padded.subspan(wire::EthernetHeader::kLength, wire::ArpMessage::kLength));
  return padded.size();
}

// Writes a NeighborSolicitation or NeighborAdvertisement.
template <typename Message>
std::size_t write_ndp(MutableBytes frame, const wire::EthernetHeader& link, net::Ipv6Address source,
                      net::Ipv6Address destination, const Message& message) {
  const wire::Ipv6Header header{.payload_length = static_cast<std::uint16_t>(message.length()),
                                .next_header = wire::Protocol::kIcmpv6,
                                .source = source,
                                .destination = destination};
  constexpr std::size_t kHeaders = wire::EthernetHeader::kLength + wire::Ipv6Header::kLength;
  link.emit(frame);
  header.emit(frame.subspan(wire::EthernetHeader::kLength));
  message.emit(frame.subspan(kHeaders, message.length()), source, destination);
  return kHeaders + message.length();
}

}  // namespace

net::MacAddress multicast_mac(net::Ipv6Address group) {
  std::array<std::byte, 6> octets = {std::byte{0x33}, std::byte{0x33}};
  store_be(octets, 2, static_cast<std::uint32_t>(low64(group.number())));
  return net::MacAddress(octets);
}

Result<Neighbors> Neighbors::make(const NeighborConfig& config) {
  return Neighbors(config, TRY(MappedMemory::anonymous(kEntries * sizeof(Entry))));
}

void Neighbors::set(const net::IpAddress& next_hop, const net::MacAddress& mac) {
  Entry* entry = seek(next_hop);
  if (entry == nullptr) entry = admit(next_hop);
  CHECK(entry != nullptr);
  if (entry->is_open) dequeue(*entry);
  entry->is_open = false;
  entry->is_known = true;
  entry->is_permanent = true;
  entry->mac = mac;
}

void Neighbors::watch(const net::IpAddress& router) {
  if (!can_ask(router.family())) return;
  Entry* entry = seek(router);
  if (entry == nullptr) entry = admit(router);
  if (entry == nullptr || entry->is_router) return;
  entry->is_router = true;
  routers_.push_back(router);
}

void Neighbors::ask_routers(Duration age, Instant now) {
  for (const net::IpAddress& router : routers_) {
    Entry* entry = seek(router);
    const bool is_due = entry->is_known && !entry->is_open && !entry->is_permanent;
    if (is_due && now - entry->since >= age) open(*entry, now);
  }
}

void Neighbors::find_routers_again(Instant now) {
  for (const net::IpAddress& router : routers_) {
    Entry* entry = seek(router);
    if (!entry->is_known || entry->is_permanent) continue;
    if (!entry->is_open) open(*entry, now);
    entry->is_doubted = true;
  }
}

Lookup Neighbors::find(const net::IpAddress& next_hop, Instant now) {
  Entry* entry = seek(next_hop);
  if (entry == nullptr && !can_ask(next_hop.family())) return {Lookup::State::kFailed};
  if (entry == nullptr) {
    entry = admit(next_hop);
    if (entry == nullptr) return {Lookup::State::kUnknown};
    open(*entry, now);
  } else if (is_stale(*entry, now)) {
    open(*entry, now);
  }
  if (entry->is_known && !entry->is_doubted) return {Lookup::State::kKnown, entry->mac};
  return {entry->is_open ? Lookup::State::kPending : Lookup::State::kFailed};
}

std::optional<std::size_t> Neighbors::next_request(MutableBytes frame, Instant now) {
  DCHECK(frame.size() >= kFrameBytes);
  give_up(now);
  for (std::size_t sent = 0; sent < kQuestions; ++sent) {
    Entry* entry = due(sent, now);
    if (entry == nullptr) continue;
    dequeue(*entry);
    ++entry->questions_sent;
    enqueue(*entry, now);
    return write_question(*entry, frame);
  }
  return std::nullopt;
}

std::optional<Instant> Neighbors::next_deadline() const {
  std::optional<Instant> earliest;
  for (std::size_t sent = 0; sent < queues_.size(); ++sent) {
    if (queues_[sent].first == kNone) continue;
    const Instant deadline = memory_.as<Entry>()[queues_[sent].first].since + kWait[sent];
    if (!earliest || deadline < *earliest) earliest = deadline;
  }
  return earliest;
}

NeighborEvent Neighbors::on_frame(Bytes frame, MutableBytes reply, Instant now) {
  const auto ethernet = wire::EthernetView::parse(frame);
  if (!ethernet) return {};
  if (ethernet->type() == wire::EtherType::kArp) return on_arp(ethernet->payload(), reply, now);
  if (ethernet->type() == wire::EtherType::kIpv6) return on_ndp(frame, reply, now);
  return {};
}

std::span<Neighbors::Entry> Neighbors::set_of(const net::IpAddress& address) const {
  const std::uint64_t hash = siphash(config_.key, address.high(), address.low(), address.family());
  return memory_.as<Entry>().subspan(hash % (kEntries / kWays) * kWays, kWays);
}

Neighbors::Entry* Neighbors::seek(const net::IpAddress& address) const {
  for (Entry& entry : set_of(address)) {
    if (entry.is_used && entry.address == address) return &entry;
  }
  return nullptr;
}

// Returns a free entry for the address, or evicts the host with the oldest answer. Returns null if
// there is none.
Neighbors::Entry* Neighbors::admit(const net::IpAddress& address) {
  Entry* victim = nullptr;
  for (Entry& entry : set_of(address)) {
    if (entry.is_open || entry.is_permanent || entry.is_router) continue;
    if (victim != nullptr && !victim->is_used) break;
    if (victim == nullptr || !entry.is_used || entry.since < victim->since) victim = &entry;
  }
  if (victim == nullptr) return nullptr;
  *victim = Entry();
  victim->address = address;
  victim->is_used = true;
  return victim;
}

bool Neighbors::can_ask(net::Family family) const {
  return family == net::Family::kIpv4 ? config_.source_v4.has_value()
                                      : config_.source_v6.has_value();
}

bool Neighbors::is_stale(const Entry& entry, Instant now) {
  if (entry.is_open || entry.is_permanent) return false;
  if (entry.is_router) return !entry.is_known || now - entry.since >= kRefreshRouterAfter;
  return now - entry.since >= (entry.is_known ? kRefreshAfter : kFailureLasts);
}

void Neighbors::open(Entry& entry, Instant now) {
  entry.is_open = true;
  entry.opened = now;
  entry.questions_sent = 0;
  enqueue(entry, now);
}

void Neighbors::close(Entry& entry, Instant now) {
  dequeue(entry);
  entry.is_open = false;
  entry.since = now;
}

void Neighbors::enqueue(Entry& entry, Instant now) {
  const std::span<Entry> entries = memory_.as<Entry>();
  const auto index = static_cast<std::uint32_t>(&entry - entries.data());
  Queue& queue = queues_[entry.questions_sent];
  (queue.last == kNone ? queue.first : entries[queue.last].next) = index;
  entry.previous = std::exchange(queue.last, index);
  entry.next = kNone;
  entry.since = now;
}

void Neighbors::dequeue(Entry& entry) {
  const std::span<Entry> entries = memory_.as<Entry>();
  Queue& queue = queues_[entry.questions_sent];
  (entry.previous == kNone ? queue.first : entries[entry.previous].next) = entry.next;
  (entry.next == kNone ? queue.last : entries[entry.next].previous) = entry.previous;
}

// Returns the first entry of a queue if its wait is over, otherwise null.
Neighbors::Entry* Neighbors::due(std::size_t questions_sent, Instant now) const {
  const std::uint32_t first = queues_[questions_sent].first;
  if (first == kNone) return nullptr;
  Entry& entry = memory_.as<Entry>()[first];
  return now - entry.since >= kWait[questions_sent] ? &entry : nullptr;
}

void Neighbors::give_up(Instant now) {
  for (int i = 0; i < kGiveUpsPerCall; ++i) {
    Entry* entry = due(kQuestions, now);
    if (entry == nullptr) return;
    close(*entry, now);
    // A busy router may not answer ARP or NDP; traffic through it proves that it works.
    const bool is_silent = entry->is_router && last_answer_ < entry->opened;
    if (entry->is_known && (entry->is_doubted || is_silent)) lose(*entry);
    entry->is_doubted = false;
  }
}

// The neighbour does not answer any more.
void Neighbors::lose(Entry& entry) {
  entry.is_known = false;
  note_loss(entry);
  if (entry.is_router) silent_router_ = entry.address;
}

void Neighbors::note_loss(const Entry& entry) {
  if (entry.is_router) loss_ = std::min(loss_.value_or(entry.confirmed), entry.confirmed);
}

// A frame claims another MAC address for a neighbour: starts queries to verify it.
void Neighbors::doubt(const net::IpAddress& address, const net::MacAddress& mac, Instant now) {
  Entry* entry = seek(address);
  if (entry == nullptr || !entry->is_known || entry->is_permanent) return;
  if (entry->mac == mac || !is_unicast(mac) || now < entry->calm_until) return;
  const bool is_one_of_many = !entry->is_router && !entry->is_open;
  if (is_one_of_many && now < next_doubt_) return;
  if (is_one_of_many) next_doubt_ = now + kHostVerifyInterval;
  if (!entry->is_open) open(*entry, now);
  entry->is_doubted = true;
}

std::optional<net::IpAddress> Neighbors::learn(const net::IpAddress& address,
                                               const net::MacAddress& mac, Instant now) {
  Entry* entry = seek(address);
  if (entry == nullptr || !entry->is_open || entry->questions_sent == 0) return std::nullopt;
  if (!is_unicast(mac)) return std::nullopt;
  const bool is_new = entry->is_known && entry->mac != mac;
  if (is_new && entry->questions_sent == 1) return std::nullopt;  // no query was sent yet
  close(*entry, now);
  if (is_new) note_loss(*entry);
  if (entry->is_doubted && !is_new) entry->calm_until = now + kVerifyInterval;
  if (silent_router_ == address) silent_router_.reset();
  entry->mac = mac;
  entry->is_known = true;
  entry->is_doubted = false;
  entry->confirmed = now;
  return address;
}

bool Neighbors::answers(const net::IpAddress& address) const {
  return std::ranges::any_of(
      config_.answers_for, [&](const net::AddressRange& range) { return range.contains(address); });
}

// The first query for a known neighbour is unicast.
std::size_t Neighbors::write_question(const Entry& entry, MutableBytes frame) const {
  const net::IpAddress& target = entry.address;
  const bool is_unicast = entry.is_known && entry.questions_sent == 1;
  if (target.is_v4()) {
    return write_arp(frame, is_unicast ? entry.mac : net::MacAddress::broadcast(),
                     {.operation = wire::ArpMessage::Operation::kRequest,
                      .sender_mac = config_.mac,
                      .sender = *config_.source_v4,
                      .target = target.v4()});
  }
  const net::Ipv6Address group = target.v6().solicited_node();
  const net::MacAddress destination_mac = is_unicast ? entry.mac : multicast_mac(group);
  return write_ndp(frame, {destination_mac, config_.mac, wire::EtherType::kIpv6},
                   *config_.source_v6, is_unicast ? target.v6() : group,
                   wire::NeighborSolicitation{target.v6(), config_.mac});
}

NeighborEvent Neighbors::on_arp(Bytes payload, MutableBytes reply, Instant now) {
  const auto message = wire::ArpMessage::parse(payload);
  if (!message) return {};
  const bool is_reply = message->operation == wire::ArpMessage::Operation::kReply;
  if (is_reply && message->target_mac == config_.mac) {
    const auto learned = learn(message->sender, message->sender_mac, now);
    if (learned) return {.learned = learned};
  }
  doubt(message->sender, message->sender_mac, now);
  if (is_reply) return {};
  if (message->sender == message->target || !answers(message->target)) return {};
  if (reply.size() < kFrameBytes || !is_unicast(message->sender_mac)) return {};
  const wire::ArpMessage answer{.operation = wire::ArpMessage::Operation::kReply,
                                .sender_mac = config_.mac,
                                .sender = message->target,
                                .target_mac = message->sender_mac,
                                .target = message->sender};
  return {.reply_length = write_arp(reply, message->sender_mac, answer),
          .asker = message->sender,
          .asked_for = message->target};
}

NeighborEvent Neighbors::on_ndp(Bytes frame, MutableBytes reply, Instant now) {
  const auto packet = wire::Packet::parse(frame, wire::Link::kEthernet);
  if (!packet || packet->protocol != wire::Protocol::kIcmpv6) return {};
  // RFC 4861, 7.1: the message comes from this link and was not forwarded by a router.
  if (packet->ttl != 255 || !packet->checksums_ok()) return {};
  if (const auto told = wire::NeighborAdvertisement::parse(packet->transport)) {
    if (!told->target_mac) return {};
    const auto learned =
        told->solicited ? learn(told->target, *told->target_mac, now) : std::nullopt;
    if (!learned) doubt(told->target, *told->target_mac, now);
    return {.learned = learned};
  }
  const auto asked = wire::NeighborSolicitation::parse(packet->transport);
  if (asked && asked->source_mac) doubt(packet->source, *asked->source_mac, now);
  if (!asked || !answers(asked->target) || reply.size() < kFrameBytes) return {};
  return {.reply_length = write_advertisement(*packet, *asked, reply),
          .asker = packet->source,
          .asked_for = asked->target};
}

// RFC 4861, 7.2.4. A sender without an address (7.2.2) is answered through the all-nodes group.
std::size_t Neighbors::write_advertisement(const wire::Packet& packet,
                                           const wire::NeighborSolicitation& asked,
                                           MutableBytes frame) const {
  const bool is_anonymous = packet.source == net::IpAddress(net::Ipv6Address());
  const net::Ipv6Address destination = is_anonymous ? kAllNodes : packet.source.v6();
  const net::MacAddress destination_mac =
      is_anonymous ? multicast_mac(kAllNodes) : asked.source_mac.value_or(packet.source_mac);
  const wire::NeighborAdvertisement answer{.target = asked.target,
                                           .solicited = !is_anonymous,
                                           .overriding = true,
                                           .target_mac = config_.mac};
  return write_ndp(frame, {destination_mac, config_.mac, wire::EtherType::kIpv6}, asked.target,
                   destination, answer);
}

}  // namespace masscan::stack
