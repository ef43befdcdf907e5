// Talks to the services that accept our SYN: completes the connection, says hello, collects what is
// said until a protocol has read it, and closes the connection.
//
// Everything is limited: conversations, the bytes of one and of all, connections to one port, and
// time. Without a free place a SYN-ACK is left to be repeated, and the prober waits.
// Owner: Worker. Thread: the worker's. Reads no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/time.h"
#include "engine/conversation.h"
#include "engine/findings.h"
#include "engine/flow_table.h"
#include "engine/link.h"
#include "engine/plan.h"
#include "engine/tally.h"
#include "protocols/stream_table.h"
#include "stack/buffer_pool.h"
#include "stack/timer_wheel.h"
#include "wire/packet.h"

namespace masscan::engine {

class Conversations {
 public:
  // `plan` must outlive the result. If the plan wants none, nothing is reserved.
  static Result<Conversations> open(const Plan& plan, unsigned worker);

  // Begins a conversation with a target that has answered a SYN of ours with this packet. Returns
  // false if there is no place for it. `round_trip` is zero if it is unknown.
  bool begin(Link& link, const wire::Packet& packet, const probe::Flow& flow, Duration round_trip,
             Instant now);
  // Keeps the record of an open port until the outcome of its conversation is known. Returns false
  // if there is no such conversation.
  // REQUIRES: the plan checks data.
  bool keep(const record::Record& record, const probe::Flow& flow);
  // Hands on the kept records as they are, as far as the writer has room.
  void release_kept(Findings& findings);
  // Processes a packet if it belongs to a conversation; otherwise returns false.
  bool on_packet(const wire::Packet& packet, Instant now);
  // Sends what is due, at most `allowed` frames; returns how many. Reports what was heard. While
  // received frames wait (not `hears_all`), nobody is taken to be silent.
  std::size_t emit(std::size_t allowed, bool hears_all, Findings& findings, Tally& tally,
                   Instant now);
  // Ends every conversation after at most `longest` from the next `emit` on.
  void stop(Duration longest) { stops_within_ = longest; }

  bool is_wanted() const { return capacity_ > 0; }
  bool is_idle() const { return count_ == 0; }
  // False if probes should wait for places.
  bool has_places() const;
  // Returns when `emit` has something to do; Instant::max() if nothing is due.
  Instant next_due(Instant now) const;
  // Returns when the oldest conversation began; nullopt if there is none.
  std::optional<Instant> oldest() const;

 private:
  struct TimerOf {
    Conversation* all;
    stack::TimerLink& operator()(std::uint32_t number) const { return all[number].timer; }
  };

  Conversations(const Plan& plan, unsigned worker, std::size_t capacity, MappedMemory places,
                MappedMemory kept, FlowTable table, stack::BufferPool pool);

  Conversation& at(std::uint32_t number) { return places_.as<Conversation>()[number]; }
  auto flow_of() {
    return [this](std::uint32_t number) -> const probe::Flow& { return at(number).flow; };
  }
  std::optional<std::uint32_t> take_place();
  void free_place(std::uint32_t number);
  void make_ready(std::uint32_t number);
  void set_timer(std::uint32_t number, Instant now);
  stack::TcpConnection::Config config_of(const Conversation& conversation) const;
  const banner::StreamProtocol* asked(const Conversation& conversation) const;

  banner::Peer peer_of(const Conversation& conversation) const;
  protocols::StreamReading read(const Conversation& conversation, Bytes bytes, bool has_ended);
  Duration patience(const Conversation& conversation) const;
  void listen(Conversation& conversation, Instant now);
  void say_hello(Conversation& conversation, Instant now);
  void on_bytes(Conversation& conversation, Instant now);
  void on_silence(Conversation& conversation, Instant now);
  bool can_try_again(const Conversation& conversation) const;
  void end_attempt(Conversation& conversation, bool can_ask_again);
  bool has_another_hello(const Conversation& conversation) const;
  void on_timer(std::uint32_t number, Instant now);
  Bytes request_of(const Conversation& conversation);

  bool send_some(Conversation& conversation, std::size_t allowed, std::size_t& sent, Instant now);
  bool hand_over(std::uint32_t number, Findings& findings);
  record::Record judged(std::uint32_t number);
  bool report(Conversation& conversation, Findings& findings) const;
  bool leave(std::uint32_t number, Tally& tally, Instant now);
  bool connect_again(std::uint32_t number, Instant now);
  void apply_stop(Instant now);

  const Plan* plan_;
  net::PortRange source_ports_;
  std::size_t capacity_;
  MappedMemory places_;
  MappedMemory kept_;  // records, by place, if the plan checks data
  FlowTable table_;
  stack::BufferPool pool_;
  stack::TimerWheel<TimerOf> wheel_;
  banner::StreamOutput output_;  // of the last reading
  std::uint32_t count_ = 0;
  std::uint32_t used_ = 0;  // places that were ever taken
  std::uint32_t first_free_ = Conversation::kNone;
  std::uint32_t first_ready_ = Conversation::kNone;
  std::uint32_t last_ready_ = Conversation::kNone;
  std::uint32_t oldest_ = Conversation::kNone;
  std::uint32_t newest_ = Conversation::kNone;
  std::optional<Duration> stops_within_;
  bool is_stopped_ = false;        // conversations end before their time
  bool waits_for_writer_ = false;  // all that are ready have something to report
};

}  // namespace masscan::engine
