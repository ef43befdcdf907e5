// One conversation with a service: its connection, what it has said, and what is said to it.
// Owner: Conversations. Thread: the worker's.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "net/mac_address.h"
#include "probe/flow.h"
#include "stack/stream_buffer.h"
#include "stack/tcp_connection.h"
#include "stack/timer_wheel.h"

namespace masscan::engine {

class Link;

struct Conversation {
  static constexpr std::uint32_t kNone = stack::TimerLink::kNone;
  // What came of it. If its connections differ, the value further down counts.
  enum class Outcome : std::uint8_t {
    kUntaken,  // nothing that was sent was acknowledged
    kSilent,   // the service said nothing
    kEnded,    // and ended a connection
    kHeard,
  };

  stack::TcpConnection tcp;
  stack::StreamBuffer received;
  probe::Flow flow;
  Link* link = nullptr;
  Instant began{};
  Instant ends_at{};    // whatever happens
  Instant speaks_at{};  // when the service has been silent for long enough
  stack::TimerLink timer;
  std::uint32_t next_ready = kNone;  // in the list of those that have something to send
  std::uint32_t older = kNone;       // in the list by age
  std::uint32_t newer = kNone;
  std::uint32_t asked_at = 0;   // how much had been received when the present request became due
  std::uint8_t hello = 0;       // which hello of its port is said (protocols::HelloOrder)
  std::uint8_t requests = 0;    // the number of the last one behind the hello
  std::uint8_t rounds : 4 = 0;  // how many were made
  std::uint8_t connections : 4 = 1;
  std::uint8_t ttl = 0;
  net::MacAddress mac;
  Outcome outcome : 2 = Outcome::kUntaken;
  bool has_asked : 1 = false;      // the hello was sent on this connection
  bool is_ready : 1 = false;       // it is in that list
  bool is_over : 1 = false;        // nothing more is read
  bool owes_report : 1 = false;    // the writer had no room
  bool owes_record : 1 = false;    // of the open port, which waits for the outcome
  bool wants_another : 1 = false;  // connection, when this one is closed
  bool was_unknown : 1 = false;    // what an earlier one heard was reported, and not recognised
  bool waits_to_ask : 1 = false;   // a request is due, the last one has not arrived yet
  bool says_goodbye : 1 = false;   // the present request is what the output of kDone has
};

}  // namespace masscan::engine
