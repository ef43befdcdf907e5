#include "stack/tcp_connection.h"

#include <algorithm>

namespace masscan::stack {
namespace {

using namespace wire::tcp_flag;

// Numbers of sequences are compared modulo 2^32 (RFC 9293, 3.4).
std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}
bool is_before(std::uint32_t a, std::uint32_t b) { return distance(a, b) > 0; }

// An old acknowledgment may lie so far back (RFC 5961, 5.2): the largest window without scaling.
constexpr std::int32_t kOldAcknowledgment = 65535;
constexpr std::uint16_t kSmallestMss = 64;  // a smaller one only makes us send more segments
constexpr std::uint32_t kLargestWindow = 65535;

std::uint32_t milliseconds(Instant time) {
  return static_cast<std::uint32_t>(time.time_since_epoch() / 1ms);
}

std::uint32_t microseconds(Instant time) {
  return static_cast<std::uint32_t>(time.time_since_epoch() / 1us);
}

Duration since(std::uint32_t time_us, Instant now) {
  return std::chrono::microseconds(microseconds(now) - time_us);
}

}  // namespace

TcpConnection TcpConnection::accepted(const Config& config, const wire::TcpView& syn_ack,
                                      Duration round_trip, Instant now) {
  TcpConnection connection;
  connection.began_ms_ = milliseconds(now);
  connection.accept(config, syn_ack);
  if (round_trip > Duration{0}) connection.measure(round_trip);
  return connection;
}

TcpConnection TcpConnection::connecting(std::uint32_t initial_sequence, Instant now) {
  TcpConnection connection;
  connection.began_ms_ = milliseconds(now);
  connection.acknowledged_ = connection.next_ = connection.sent_until_ = initial_sequence;
  return connection;
}

// Enters ESTABLISHED.
void TcpConnection::accept(const Config& config, const wire::TcpView& syn_ack) {
  const wire::TcpOptions options = syn_ack.options();
  state_ = State::kOpen;
  acknowledged_ = next_ = sent_until_ = request_begin_ = syn_ack.acknowledgment();
  peer_begin_ = expected_ = syn_ack.sequence() + 1;
  peer_window_ = syn_ack.window();  // never scaled in a SYN (RFC 7323, 2.2)
  has_scale_ = config.options.window_scale && options.window_scale;
  peer_shift_ = has_scale_ ? std::min<std::uint8_t>(*options.window_scale, 14) : 0;
  has_timestamps_ = config.options.timestamp && options.timestamp;
  if (has_timestamps_) peer_timestamp_ = options.timestamp->value;
  const std::size_t overhead = has_timestamps_ ? 12 : 0;
  mss_ = std::max(kSmallestMss,
                  std::min(options.mss.value_or(config.default_mss), config.max_payload));
  mss_ = static_cast<std::uint16_t>(mss_ - overhead);
  congestion_window_ = kFirstWindow * mss_;
  owes_ack_ = true;
  tries_ = 0;
  deadline_ = Instant::max();
}

// SYN-SENT (RFC 9293, 3.10.7.3).
void TcpConnection::answer_syn_ack(const Config& config, const wire::TcpView& segment,
                                   Instant now) {
  if (!segment.has_flags(kAck) || segment.acknowledgment() != sent_until_) return;
  if (segment.has_flags(kRst)) {
    was_reset_ = true;
    return close();
  }
  if (!segment.has_flags(kSyn)) return;
  accept(config, segment);
  if (is_timed_) measure(since(timed_at_us_, now));
  is_timed_ = false;
}

std::uint32_t TcpConnection::receive_window(const Config& config,
                                            const StreamBuffer& buffer) const {
  return std::min(config.max_received - std::min(config.max_received, buffer.size()),
                  kLargestWindow);
}

void TcpConnection::on_segment(const Config& config, const wire::TcpView& segment,
                               StreamBuffer& buffer, BufferPool& pool, Instant now) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kConnecting) return answer_syn_ack(config, segment, now);
  const std::uint32_t window = receive_window(config, buffer);
  if (segment.has_flags(kRst)) return on_reset(segment.sequence(), window);
  owes_ack_ |= segment.has_flags(kSyn);  // RFC 5961, 4; or our ACK was lost
  if (segment.has_flags(kSyn) || !segment.has_flags(kAck)) return;
  if (!is_acceptable(segment.acknowledgment())) {
    owes_ack_ = true;
    return;
  }
  on_acknowledgment(segment, now);
  if (!segment.payload().empty() || segment.has_flags(kFin))
    on_data(config, segment, window, buffer, pool);
  if (peer_has_ended_ && has_sent_end_ && acknowledged_ == sent_until_ && !owes_ack_) close();
}

// RFC 5961, 3: a RST counts only if its number is exactly the next one.
void TcpConnection::on_reset(std::uint32_t sequence, std::uint32_t window) {
  if (sequence == expected_) {
    was_reset_ = true;
    close();
  } else if (position_of(sequence) - position_of(expected_) < window) {
    owes_ack_ = true;
  }
}

bool TcpConnection::is_acceptable(std::uint32_t acknowledgment) const {
  return !is_before(sent_until_, acknowledgment) &&
         distance(acknowledgment, acknowledged_) <= kOldAcknowledgment;
}

void TcpConnection::on_acknowledgment(const wire::TcpView& segment, Instant now) {
  const std::uint32_t acknowledgment = segment.acknowledgment();
  if (is_before(acknowledgment, acknowledged_)) return;
  if (has_timestamps_) {
    const auto timestamp = segment.options().timestamp;
    if (timestamp && !is_before(expected_, segment.sequence())) peer_timestamp_ = timestamp->value;
  }
  const bool was_shut = peer_window_ == 0;
  peer_window_ = std::uint32_t{segment.window()} << peer_shift_;
  if (was_shut && peer_window_ > 0 && next_ == acknowledged_) {
    deadline_ = Instant::max();
    tries_ = 0;
  }
  if (acknowledgment == acknowledged_) return;
  peer_has_taken_ = true;
  congestion_window_ += acknowledgment - acknowledged_;
  acknowledged_ = acknowledgment;
  if (is_before(next_, acknowledged_)) next_ = acknowledged_;
  tries_ = 0;
  probes_window_ = false;
  if (is_timed_ && !is_before(acknowledged_, timed_end_)) {
    measure(since(timed_at_us_, now));
    is_timed_ = false;
  }
  if (acknowledged_ != sent_until_) {
    deadline_ = now + timeout();
  } else {
    deadline_ = has_sent_end_ ? now + kLastAckTimeout : Instant::max();
  }
}

// Returns how many bytes the peer puts into a segment if it has them.
std::uint32_t TcpConnection::full_segment(const Config& config) const {
  constexpr std::uint32_t kTimestampLength = 12;  // RFC 7323, appendix A
  const std::uint32_t mss =
      std::min<std::uint32_t>(config.options.mss.value_or(config.default_mss), config.max_payload);
  const std::uint32_t options = has_timestamps_ ? kTimestampLength : 0;
  return std::max(mss, options + 1) - options;
}

void TcpConnection::on_data(const Config& config, const wire::TcpView& segment,
                            std::uint32_t window, StreamBuffer& buffer, BufferPool& pool) {
  owes_ack_ = true;
  Bytes payload = segment.payload();
  const std::int32_t ahead = distance(expected_, segment.sequence());
  const std::int64_t position = std::int64_t{position_of(expected_)} + ahead;
  if (position < 0 || ahead > static_cast<std::int32_t>(window)) return;
  const std::uint32_t end = segment.sequence() + static_cast<std::uint32_t>(payload.size());
  if (segment.has_flags(kFin) && !knows_peer_end_ && !is_before(end, expected_)) {
    knows_peer_end_ = true;
    peer_end_ = end;
  }
  // What the window does not allow is cut, and so is what follows a FIN.
  const std::int64_t room = std::int64_t{window} - ahead;
  if (static_cast<std::int64_t>(payload.size()) > room)
    payload = payload.first(static_cast<std::size_t>(std::max<std::int64_t>(room, 0)));
  // Who sends more although we have finished is told so (RFC 9293, 3.10.7.4; as Linux does).
  if (wants_end_ && !payload.empty() && is_before(expected_, end)) wants_reset_ = true;
  if (!wants_end_ && !payload.empty() &&
      buffer.store(pool, static_cast<std::uint32_t>(position), payload)) {
    expected_ = peer_begin_ + buffer.size();
    const bool is_last = !is_before(end, expected_);  // it does not close a gap
    if (is_last) is_cut_ = segment.payload().size() % full_segment(config) == 0;
  }
  if (knows_peer_end_ && expected_ == peer_end_ && !peer_has_ended_) {
    peer_has_ended_ = true;
    ++expected_;
  }
}

void TcpConnection::measure(Duration round_trip) {
  const auto us = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(round_trip).count(), 1, 60'000'000));
  if (smoothed_us_ == 0) {
    smoothed_us_ = us;
    variation_us_ = us / 2;
    return;
  }
  const std::uint32_t error = us > smoothed_us_ ? us - smoothed_us_ : smoothed_us_ - us;
  variation_us_ = (3 * variation_us_ + error) / 4;
  smoothed_us_ = (7 * smoothed_us_ + us) / 8;
}

// RFC 6298, 2 and 5.5.
Duration TcpConnection::timeout() const {
  const Duration measured = std::chrono::microseconds(smoothed_us_ + 4 * variation_us_);
  const Duration first = smoothed_us_ == 0 ? kFirstTimeout : std::max(measured, kShortestTimeout);
  return first * (1 << tries_);
}

void TcpConnection::wait_for_answer(Instant now) { deadline_ = now + timeout(); }

// Goes back to what was not acknowledged (RFC 6298, 5.4). After the last try it gives up.
void TcpConnection::on_timeout() {
  deadline_ = Instant::max();
  is_timed_ = false;  // Karn's algorithm
  const bool is_last_wait = has_sent_end_ && acknowledged_ == sent_until_;
  if (++tries_ > kTries || is_last_wait) {
    has_timed_out_ = !is_last_wait;
    wants_reset_ = is_connected();
    return wants_reset_ ? void() : close();
  }
  probes_window_ = peer_window_ == 0;
  congestion_window_ = mss_;
  next_ = acknowledged_;
  has_sent_end_ = false;
}

void TcpConnection::ask(std::uint32_t size) {
  DCHECK(can_ask());
  request_begin_ = acknowledged_;
  request_size_ = size;
}

// Returns how many bytes of the request may be sent in one segment now.
std::uint32_t TcpConnection::sendable() const {
  if (!is_before(next_, request_end())) return 0;
  const std::uint32_t left = request_end() - next_;
  const std::uint32_t window = std::min(peer_window_, congestion_window_);
  const std::uint32_t in_flight = next_ - acknowledged_;
  if (probes_window_ && in_flight == 0) return 1;
  const std::uint32_t room = window > in_flight ? window - in_flight : 0;
  return std::min({left, room, std::uint32_t{mss_}});
}

Segment TcpConnection::segment(const Config& config, const StreamBuffer& buffer, std::uint8_t flags,
                               Instant now) const {
  const std::uint8_t shift = has_scale_ ? *config.options.window_scale : 0;
  const std::uint32_t window =
      std::min(receive_window(config, buffer), config.largest_offer) >> shift;
  Segment result{.header = {.sequence = next_,
                            .acknowledgment = expected_,
                            .flags = flags,
                            .window = static_cast<std::uint16_t>(window)}};
  if (has_timestamps_) {
    const std::uint32_t value = config.options.timestamp->value + milliseconds(now) - began_ms_;
    result.header.options = {.layout = "NNT",
                             .timestamp = wire::TcpTimestamp{value, peer_timestamp_}};
  }
  return result;
}

std::optional<Segment> TcpConnection::next(const Config& config, const StreamBuffer& buffer,
                                           Instant now) {
  if (is_closed()) return std::nullopt;
  if (now >= deadline_) on_timeout();
  if (wants_reset_) {
    wants_reset_ = false;
    close();
    Segment reset = segment(config, buffer, kRst | kAck, now);
    // What was sent into a closed window did not arrive.
    reset.header.sequence = peer_window_ == 0 ? acknowledged_ : sent_until_;
    return reset;
  }
  if (state_ == State::kConnecting) return next_syn(config, now);
  const bool has_sent_all = !is_before(next_, request_end());
  if (const std::uint32_t size = sendable(); size > 0) {
    Segment data = segment(config, buffer, kPsh | kAck, now);
    data.data_at = next_ - request_begin_;
    data.data_length = size;
    probes_window_ = false;
    on_sent(size, now);
    return data;
  }
  if (!has_sent_all && deadline_ == Instant::max()) wait_for_answer(now);  // for a window
  if (wants_end_ && !has_sent_end_ && has_sent_all) {
    const Segment end = segment(config, buffer, kFin | kAck, now);
    has_sent_end_ = true;
    on_sent(1, now);
    return end;
  }
  if (!owes_ack_) return std::nullopt;
  owes_ack_ = false;
  const Segment ack = segment(config, buffer, kAck, now);
  if (peer_has_ended_ && has_sent_end_ && acknowledged_ == sent_until_) close();
  return ack;
}

std::optional<Segment> TcpConnection::next_syn(const Config& config, Instant now) {
  constexpr std::uint16_t kSynWindow = 65535;
  if (next_ != acknowledged_) return std::nullopt;
  const Segment syn{
      .header = {
          .sequence = next_, .flags = kSyn, .window = kSynWindow, .options = config.options}};
  on_sent(1, now);
  return syn;
}

// Times a segment that was never sent before, if no other one is timed.
void TcpConnection::on_sent(std::uint32_t length, Instant now) {
  next_ += length;
  owes_ack_ = false;
  if (deadline_ == Instant::max()) wait_for_answer(now);
  if (!is_before(sent_until_, next_)) return;
  sent_until_ = next_;
  if (is_timed_ || tries_ > 0) return;
  is_timed_ = true;
  timed_at_us_ = microseconds(now);
  timed_end_ = next_;
}

}  // namespace masscan::stack
