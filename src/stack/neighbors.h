// Who has this next hop? ARP (RFC 826) and Neighbor Discovery (RFC 4861) for one link and one
// worker. Reads no clock and sends nothing itself: it writes frames where it is told to.
//
// A stranger can neither fill the table nor change it: only answers to open questions are learned,
// and entries lie where a keyed hash puts them. Whoever claims that a known neighbour has another
// MAC address is not believed, but has it asked: by its old address first, which only it can answer
// from, then everybody (RFC 4861, 7.3).
//
// Routers, on which many targets depend, are asked again every few seconds. One that has another
// MAC address now, or is silent, has lost what was sent since it last answered: `take_loss` tells.
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
  // Who asks. Without one, no questions of that family are asked.
  std::optional<net::Ipv4Address> source_v4{};
  std::optional<net::Ipv6Address> source_v6{};
  // Addresses of ours that the kernel does not own and so does not answer for.
  std::vector<net::AddressRange> answers_for{};
  SipKey key{};  // secret
};

struct Lookup {
  enum class State : std::uint8_t {
    kKnown,    // `mac` is it
    kPending,  // a question is open, or is opened again and again: the router has fallen silent
    kFailed,   // nobody answered lately
    kUnknown,  // no question can be opened now: too many are
  };
  State state = State::kUnknown;
  net::MacAddress mac{};
};

// What a frame meant to us.
struct Heard {
  std::optional<net::IpAddress> learned{};  // the MAC of this next hop is known now
  std::size_t reply_length = 0;             // of a frame to send, in the caller's buffer:
  net::IpAddress asker{};                   // who asked
  net::IpAddress asked_for{};               // for which address of ours
};

class Neighbors {
 public:
  static constexpr std::size_t kEntries = std::size_t{1} << 17;
  static constexpr std::size_t kFrameBytes = 128;  // room for any frame written here

  static Result<Neighbors> make(const NeighborConfig& config);

  // `next_hop` has this MAC for good (--router-mac).
  void set(const net::IpAddress& next_hop, const net::MacAddress& mac);
  // A router: never given up. Before any question.
  void watch(const net::IpAddress& router);
  // Something that can only have come through a router did so.
  void note_answer(Instant now) { last_answer_ = now; }
  // Asks for all routers that have not been heard of for so long.
  void ask_routers(Duration age, Instant now);
  // The link was away: no router is trusted before it has answered again.
  void find_routers_again(Instant now);
  // Since when frames may have been lost on their way to a router; each loss is told once.
  std::optional<Instant> take_loss() { return std::exchange(loss_, std::nullopt); }
  // A router that answered once and does not any more.
  const std::optional<net::IpAddress>& silent_router() const { return silent_router_; }

  // Opens a question if the answer is not known. A MAC that has been known for long is asked for
  // again meanwhile, so that a router's new MAC is followed.
  Lookup find(const net::IpAddress& next_hop, Instant now);

  // Writes the next question that is due into `frame` (kFrameBytes or more) and returns its
  // length; nothing if none is due. Also gives up on questions that nobody answered.
  std::optional<std::size_t> next_request(MutableBytes frame, Instant now);
  // When `next_request` has work again.
  std::optional<Instant> next_deadline() const;

  // Takes an Ethernet frame with ARP, or with a Neighbor Solicitation or Advertisement; any other
  // means nothing. A question about one of `answers_for` is answered into `reply`, if that has
  // kFrameBytes.
  Heard on_frame(Bytes frame, MutableBytes reply, Instant now);

 private:
  static constexpr std::size_t kWays = 4;
  static constexpr std::uint32_t kNone = 0xffffffff;  // no entry
  static constexpr std::size_t kQuestions = 3;        // sent before we give up

  // Zeroed memory is a free entry.
  struct Entry {
    net::IpAddress address;
    Instant since;               // of the last question or answer, or of giving up
    Instant opened;              // of the last series of questions
    Instant confirmed;           // of the last answer; zero: there was none
    Instant calm_until;          // claims that proved wrong have nobody asked until then
    std::uint32_t previous = 0;  // in its queue
    std::uint32_t next = 0;
    net::MacAddress mac;
    bool is_used = false;
    bool is_known = false;            // `mac` is right
    bool is_permanent = false;        // never asked for, never evicted
    bool is_router = false;           // `watch`
    bool is_doubted = false;          // somebody claims another `mac`; a question is open
    bool is_open = false;             // a question is open:
    std::uint8_t questions_sent = 0;  // the entry is in the queue of this number
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
  Heard on_arp(Bytes payload, MutableBytes reply, Instant now);
  Heard on_ndp(Bytes frame, MutableBytes reply, Instant now);

  NeighborConfig config_;
  MappedMemory memory_;  // entries, kWays of them side by side where an address may be
  // Open questions by how often they were sent, each queue in order of time: all its members wait
  // equally long.
  std::array<Queue, kQuestions + 1> queues_;
  std::vector<net::IpAddress> routers_;
  Instant last_answer_{};
  Instant next_doubt_{};
  std::optional<Instant> loss_;
  std::optional<net::IpAddress> silent_router_;
};

// The Ethernet address of an IPv6 multicast group (RFC 2464, 7).
net::MacAddress multicast_mac(net::Ipv6Address group);

}  // namespace masscan::stack
