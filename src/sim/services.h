// The services of a simulated internet: what each open TCP port says, by a key.
//
// A port of one kind in a few tries to waste a scanner's time or memory. The others say something
// that no other port says, so that a test can tell whose words it has.
// Owner: Internet. Thread: one. Reads no clock.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "net/ip_address.h"
#include "stack/buffer_pool.h"
#include "stack/stream_buffer.h"
#include "stack/tcp_connection.h"
#include "wire/packet.h"

namespace masscan::sim {

enum class Service : std::uint8_t {
  kWeb,        // answers a request with a page, and closes
  kShell,      // speaks first, as SSH does
  kLargeWeb,   // answers with more than anybody wants to have
  kSilent,     // accepts, and says nothing
  kClosing,    // accepts, and closes
  kResetting,  // answers a request with a RST
  kTarpit,     // says one byte in five seconds, for ever
  kEndless,    // speaks without an end
  kShut,       // never opens its window
};

// Both ends of a connection.
struct Ends {
  net::IpAddress service;
  std::uint16_t port = 0;
  net::IpAddress client;
  std::uint16_t client_port = 0;

  auto operator<=>(const Ends&) const = default;
};

class Services {
 public:
  // Sends a segment to the client.
  using Send = std::function<void(const wire::TcpHeader& header, Bytes payload)>;

  static Result<Services> open(std::uint64_t key);

  // What the service at a port is, and what it says: its identification or title; empty: none of
  // its own. These are the truth.
  Service at(const net::IpAddress& address, std::uint16_t port) const;
  std::string words(const net::IpAddress& address, std::uint16_t port) const;
  // The number with which a SYN-ACK begins.
  std::uint32_t initial_sequence(const net::IpAddress& address, std::uint16_t port) const;

  // Processes a segment to an open port; `syn` ones begin a connection.
  void on_segment(const wire::Packet& packet, const wire::TcpView& segment, Instant now, Send send);
  // How many connections are open.
  std::size_t open() const { return connections_.size(); }
  // Sends what is due at `now`.
  void advance(Instant now);
  std::optional<Instant> next_due() const;

 private:
  struct Connection {
    stack::TcpConnection tcp;
    stack::StreamBuffer received;
    Send send;
    bool has_answered = false;
    Instant speaks_at = Instant::max();
    Instant due = Instant::max();
  };
  std::uint64_t hash(const net::IpAddress& address, std::uint16_t port) const;
  std::string answer(const Ends& ends) const;
  Connection accept(const Ends& ends, const wire::TcpView& segment, Instant now) const;
  void act(const Ends& ends, Connection& connection, Instant now);
  void speak(const Ends& ends, Connection& connection, Instant now);

  Services(std::uint64_t key, stack::BufferPool pool) : key_(key), pool_(std::move(pool)) {}

  std::uint64_t key_;
  std::map<Ends, Connection> connections_;
  std::set<Ends> ended_;                    // connections that are over
  std::set<std::pair<Instant, Ends>> due_;  // when they do something by themselves
  stack::BufferPool pool_;
};

}  // namespace masscan::sim
