// One TCP connection of a client, as a pure function of segments and time (RFC 9293).
//
// The client asks with one request after the other, and the owner can make each request again: so
// nothing that was sent is kept. What arrives is put in order in the owner's StreamBuffer. The
// owner calls `next` until it has no segment to send, after each segment and at `deadline`.
// Owner: one conversation. Thread: the worker's. Reads no clock.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "stack/stream_buffer.h"
#include "wire/tcp.h"

namespace masscan::stack {

// A segment to send. Its payload is a part of the present request.
struct Segment {
  wire::TcpHeader header;  // without ports
  std::uint32_t data_at = 0;
  std::uint32_t data_length = 0;
};

class TcpConnection {
 public:
  static constexpr Duration kFirstTimeout = 1s;  // RFC 6298, 2.1
  static constexpr Duration kShortestTimeout = 200ms;
  static constexpr Duration kLastAckTimeout = 2s;    // for the peer's end, after ours
  static constexpr unsigned kTries = 5;              // of a segment, also into a closed window
  static constexpr std::uint32_t kFirstWindow = 10;  // segments (RFC 6928)

  // What both ends of a connection are told about it.
  struct Config {
    wire::TcpOptions options{};        // those of our SYN
    std::uint16_t max_payload = 1460;  // bytes that fit into a segment on our link
    std::uint16_t default_mss = 536;   // without the option (RFC 9293, 3.7.1)
    std::uint32_t max_received = 65536;
    // What the peer may send at once.
    std::uint32_t largest_offer = 65535;
  };

  TcpConnection() = default;
  // A connection whose SYN was sent, and answered by this segment. `round_trip` is zero if it is
  // unknown.
  static TcpConnection accepted(const Config& config, const wire::TcpView& syn_ack,
                                Duration round_trip, Instant now);
  // A connection whose SYN is to be sent.
  static TcpConnection connecting(std::uint32_t initial_sequence, Instant now);

  // Processes a segment of this connection.
  void on_segment(const Config& config, const wire::TcpView& segment, StreamBuffer& buffer,
                  BufferPool& pool, Instant now);
  // Returns the segment that is to be sent now; nullopt if there is none.
  std::optional<Segment> next(const Config& config, const StreamBuffer& buffer, Instant now);
  // When `next` has something to send, or gives up, although no segment came. Instant::max():
  // never.
  Instant deadline() const { return deadline_; }

  // Sends a request of so many bytes behind what was sent before.
  // REQUIRES: `can_ask`.
  void ask(std::uint32_t size);
  // Says that we send nothing more, behind the request.
  void finish() { wants_end_ = true; }
  // Ends the connection at once, with a RST.
  void abort() { wants_reset_ = state_ != State::kClosed; }

  bool is_connected() const { return state_ != State::kConnecting; }
  bool is_closed() const { return state_ == State::kClosed && !wants_reset_; }
  // True if all of the last request has arrived.
  bool can_ask() const { return is_connected() && request_end() == acknowledged_; }
  // True if the peer has more to send: something came that lies behind bytes which did not, or the
  // last segment was as long as segments can be.
  bool misses_bytes(const StreamBuffer& buffer) const {
    return buffer.has_early() || (knows_peer_end_ ? !peer_has_ended_ : is_cut_);
  }
  // True if the peer has acknowledged anything behind our SYN.
  bool peer_has_taken() const { return peer_has_taken_; }
  bool peer_has_ended() const { return peer_has_ended_; }  // by FIN
  bool was_reset() const { return was_reset_; }            // by the peer
  bool has_timed_out() const { return has_timed_out_; }

 private:
  enum class State : std::uint8_t { kConnecting, kOpen, kClosed };

  std::uint32_t request_end() const { return request_begin_ + request_size_; }
  std::uint32_t position_of(std::uint32_t sequence) const { return sequence - peer_begin_; }
  std::uint32_t receive_window(const Config& config, const StreamBuffer& buffer) const;
  void accept(const Config& config, const wire::TcpView& syn_ack);
  void answer_syn_ack(const Config& config, const wire::TcpView& segment, Instant now);
  bool is_acceptable(std::uint32_t acknowledgment) const;
  void on_acknowledgment(const wire::TcpView& segment, Instant now);
  void on_data(const Config& config, const wire::TcpView& segment, std::uint32_t window,
               StreamBuffer& buffer, BufferPool& pool);
  std::uint32_t full_segment(const Config& config) const;
  void on_reset(std::uint32_t sequence, std::uint32_t window);
  void measure(Duration round_trip);
  Duration timeout() const;
  void wait_for_answer(Instant now);
  void on_timeout();
  std::uint32_t sendable() const;
  std::optional<Segment> next_syn(const Config& config, Instant now);
  void on_sent(std::uint32_t length, Instant now);
  Segment segment(const Config& config, const StreamBuffer& buffer, std::uint8_t flags,
                  Instant now) const;
  void close() {
    state_ = State::kClosed;
    deadline_ = Instant::max();
  }

  Instant deadline_ = Instant::max();
  // On clocks that wrap around: when it began, and when the segment that is timed was sent.
  std::uint32_t began_ms_ = 0;
  std::uint32_t timed_at_us_ = 0;
  std::uint32_t timed_end_ = 0;    // its last sequence number, plus one
  std::uint32_t smoothed_us_ = 0;  // round-trip time and variation (RFC 6298); zero: unknown
  std::uint32_t variation_us_ = 0;
  std::uint32_t acknowledged_ = 0;   // SND.UNA
  std::uint32_t next_ = 0;           // SND.NXT
  std::uint32_t sent_until_ = 0;     // the highest `next_` so far
  std::uint32_t request_begin_ = 0;  // the sequence number of the request's first byte
  std::uint32_t request_size_ = 0;
  std::uint32_t peer_begin_ = 0;      // the sequence number of the peer's first byte
  std::uint32_t expected_ = 0;        // RCV.NXT
  std::uint32_t peer_end_ = 0;        // the sequence number of the peer's FIN, if it was seen
  std::uint32_t peer_window_ = 0;     // SND.WND
  std::uint32_t peer_timestamp_ = 0;  // TS.Recent (RFC 7323)
  std::uint32_t congestion_window_ = 0;
  std::uint16_t mss_ = 0;
  std::uint8_t peer_shift_ = 0;  // Snd.Wind.Shift
  std::uint8_t tries_ = 0;       // timeouts without progress
  State state_ = State::kConnecting;
  bool is_timed_ : 1 = false;   // a segment is
  bool has_scale_ : 1 = false;  // both ends scale windows
  bool has_timestamps_ : 1 = false;
  bool owes_ack_ : 1 = false;
  bool wants_end_ : 1 = false;
  bool has_sent_end_ : 1 = false;
  bool wants_reset_ : 1 = false;
  bool probes_window_ : 1 = false;  // one byte may go into a closed window
  bool knows_peer_end_ : 1 = false;
  bool peer_has_taken_ : 1 = false;
  bool is_cut_ : 1 = false;  // what it has said fills its segments
  bool peer_has_ended_ : 1 = false;
  bool was_reset_ : 1 = false;
  bool has_timed_out_ : 1 = false;
};

}  // namespace masscan::stack
