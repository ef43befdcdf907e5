// Resolves next hops to MAC addresses: ARP (RFC 826) and Neighbor Discovery (RFC 4861).
// Owner: one per link and worker.
// Thread: one. Reads no clock and sends nothing: it writes frames into the caller's buffers.
//
// Other hosts can neither fill the table nor change it: only answers to open queries are learned,
// and a keyed hash places the entries. A claim that a known neighbour has another MAC address is
// not believed but verified: the first query goes to the old address, which only the old owner can
// answer; the next ones are broadcast (RFC 4861, 7.3).
//
// Routers, on which many targets depend, are queried every few seconds. If one has a new MAC
// address or is silent, frames sent since its last answer may be lost: `take_loss` reports that.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/siphash.h"
#include "base/time.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "net/prefix.h"
#include "wire/icmpv6.h"
#include "wire/packet.h"

namespace masscan::stack {

struct NeighborConfig {
  net::MacAddress mac{};  // ours
  // Our addresses. Without one, no queries of that family are sent.
  std::optional<net::Ipv4Address> source_v4{};
  std::optional<net::Ipv6Address> source_v6{};
  // Addresses of ours that the kernel does not own and therefore does not answer for.
  std::vector<net::AddressRange> answers_for{};
  SipKey key{};  // secret
};

struct Lookup {
  enum class State : std::uint8_t {
    kKnown,    // `mac` is valid
    kPending,  // a query is open, or reopened repeatedly: the router is silent
    kFailed,   // no answer recently
    kUnknown,  // too many queries are open
  };
  State state = State::kUnknown;
  net::MacAddress mac{};
};

// The effect of a received frame.
struct NeighborEvent {
  std::optional<net::IpAddress> learned{};  // the MAC of this next hop is known now
  std::size_t reply_length = 0;             // of a reply in the caller's buffer:
  net::IpAddress asker{};                   // its destination
  net::IpAddress asked_for{};               // our address that it is about
};

class Neighbors {
 public:
  static constexpr std::size_t kEntries = std::size_t{1} << 17;
  static constexpr std::size_t kFrameBytes = 128;  // enough for any frame written here

  static Result<Neighbors> make(const NeighborConfig& config);

  // Sets a permanent MAC for `next_hop` (--router-mac).
  void set(const net::IpAddress& next_hop, const net::MacAddress& mac);
  // Marks a router: it is never given up. REQUIRES: called before any query.
  void watch(const net::IpAddress& router);
  // Reports traffic that can only have come through a router.
  void note_answer(Instant now) { last_answer_ = now; }
  // Queries all routers without an answer for `age`.
  void ask_routers(Duration age, Instant now);
  // The link was down: each router must answer again before it is used.
  void find_routers_again(Instant now);
  // Returns since when frames to a router may have been lost; each loss is reported once.
  std::optional<Instant> take_loss() { return std::exchange(loss_, std::nullopt); }
  // Returns a router that answered before and does not now.
  const std::optional<net::IpAddress>& silent_router() const { return silent_router_; }

  // Opens a query if the MAC is unknown. An old MAC is used and refreshed at the same time, so that
  // a router's new MAC is noticed.
  Lookup find(const net::IpAddress& next_hop, Instant now);

  // Writes the next query that is due into `frame` (kFrameBytes or more). Returns its length, or
  // nullopt if none is due. Also gives up queries without an answer.
  std::optional<std::size_t> next_request(MutableBytes frame, Instant now);
  // Returns when `next_request` has work again.
  std::optional<Instant> next_deadline() const;

  // Processes an Ethernet frame with ARP, a Neighbor Solicitation or Advertisement; ignores others.
  // Writes an answer for `answers_for` into `reply` if that has kFrameBytes.
  NeighborEvent on_frame(Bytes frame, MutableBytes reply, Instant now);

 private:
  static constexpr std::size_t kWays = 4;
  static constexpr std::uint32_t kNone = 0xffffffff;  // no entry
  static constexpr std::size_t kQuestions = 3;        // sent before we give up

  // Zeroed memory is a free entry.
  struct Entry {
    net::IpAddress address;
    Instant since;               // the last query or answer, or giving up
    Instant opened;              // the last series of queries
    Instant confirmed;           // the last answer; zero: none
    Instant calm_until;          // false claims cause no query before
    std::uint32_t previous = 0;  // in its queue
    std::uint32_t next = 0;
    net::MacAddress mac;
    bool is_used = false;
    bool is_known = false;            // `mac` is valid
    bool is_permanent = false;        // never queried, never evicted
    bool is_router = false;           // marked by `watch`
    bool is_doubted = false;          // a claim of another `mac` is being verified
    bool is_open = false;             // a query is open:
    std::uint8_t questions_sent = 0;  // the entry is in the queue with this index
  };
  struct Queue {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
  };

  Neighbors(const NeighborConfig& config, MappedMemory memory)
      : config_(config), memory_(std::move(memory)) {}

  std::span<Entry> set_of(const net::IpAddress& address) const;
  Entry* seek(const net::IpAddress& address) const;
  Entry* admit(const net::IpAddress& address);
  bool can_ask(net::Family family) const;
  static bool is_stale(const Entry& entry, Instant now);

  void open(Entry& entry, Instant now);
  void close(Entry& entry, Instant now);
  void enqueue(Entry& entry, Instant now);
  void dequeue(Entry& entry);
  Entry* due(std::size_t questions_sent, Instant now) const;
  void give_up(Instant now);
  void lose(Entry& entry);
  void note_loss(const Entry& entry);
  void doubt(const net::IpAddress& address, const net::MacAddress& mac, Instant now);
  std::optional<net::IpAddress> learn(const net::IpAddress& address, const net::MacAddress& mac,
                                      Instant now);

  bool answers(const net::IpAddress& address) const;
  std::size_t write_question(const Entry& entry, MutableBytes frame) const;
  std::size_t write_advertisement(const wire::Packet& packet,
                                  const wire::NeighborSolicitation& asked,
                                  MutableBytes frame) const;
  NeighborEvent on_arp(Bytes payload, MutableBytes reply, Instant now);
  NeighborEvent on_ndp(Bytes frame, MutableBytes reply, Instant now);

  NeighborConfig config_;
  MappedMemory memory_;  // entries; the kWays candidates of an address are adjacent
  // Open queries by the number of queries sent. Each queue is ordered by time, as all its members
  // wait equally long.
  std::array<Queue, kQuestions + 1> queues_;
  std::vector<net::IpAddress> routers_;
  Instant last_answer_{};
  Instant next_doubt_{};
  std::optional<Instant> loss_;
  std::optional<net::IpAddress> silent_router_;
};

// Returns the Ethernet address of an IPv6 multicast group (RFC 2464, 7).
net::MacAddress multicast_mac(net::Ipv6Address group);

}  // namespace masscan::stack
