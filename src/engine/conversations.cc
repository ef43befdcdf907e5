#include "engine/conversations.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "probe/segment_writer.h"
#include "wire/tcp.h"

namespace masscan::engine {

namespace {

using banner::StreamStep;
using Outcome = Conversation::Outcome;

constexpr std::uint32_t kNone = Conversation::kNone;
constexpr std::size_t kMostPlaces = std::size_t{1} << 20;  // of one worker
// Memory for what services say: of a worker, whatever the number of conversations.
constexpr std::size_t kMostBuffered = std::size_t{192} << 20;
constexpr unsigned kMostConnections = 3;  // to one port, if it has fewer hellos
constexpr unsigned kMostRequests = 8;     // on one connection, behind the hello
constexpr int kTimersAtOnce = 1024;

std::uint64_t& count_of(Outcome outcome, Tally& tally) {
  switch (outcome) {
    case Outcome::kUntaken:
      return tally.untaken;
    case Outcome::kEnded:
      return tally.ended;
    case Outcome::kSilent:
      return tally.silent;
    case Outcome::kHeard:
      return tally.heard;
  }
  return tally.untaken;
}

// Returns what came of a conversation, with its present connection.
Outcome outcome_of(const Conversation& conversation) {
  const bool is_taken = conversation.tcp.peer_has_taken();
  return conversation.outcome == Outcome::kUntaken && is_taken ? Outcome::kSilent
                                                               : conversation.outcome;
}

// Returns what an open port is suspected of after such a conversation.
record::Suspect suspect_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kUntaken:
      return record::Suspect::kNoDataAck;
    case Outcome::kSilent:
      return record::Suspect::kNoAnswer;
    case Outcome::kEnded:
      return record::Suspect::kClosedUnanswered;
    case Outcome::kHeard:
      break;
  }
  return record::Suspect::kNone;
}

}  // namespace

static_assert(sizeof(Conversation) <= 256);  // a million of them are possible

Result<Conversations> Conversations::open(const Plan& plan, unsigned worker) {
  const std::size_t wanted =
      plan.converses() ? std::max<std::size_t>(plan.conversations.most / plan.workers, 1) : 0;
  const std::size_t capacity = std::min(wanted, kMostPlaces);
  const std::size_t kept = plan.conversations.checks_data ? capacity : 0;
  const std::size_t buffered = std::min(kMostBuffered, capacity * plan.conversations.max_received);
  return Conversations(
      plan, worker, capacity,
      TRY(MappedMemory::anonymous(std::max(capacity, std::size_t{1}) * sizeof(Conversation))),
      TRY(MappedMemory::anonymous(std::max(kept, std::size_t{1}) * sizeof(record::Record))),
      TRY(FlowTable::open(plan.cookie_key, std::max(capacity, std::size_t{8}))),
      TRY(stack::BufferPool::open(buffered)));
}

Conversations::Conversations(const Plan& plan, unsigned worker, std::size_t capacity,
                             MappedMemory places, MappedMemory kept, FlowTable table,
                             stack::BufferPool pool)
    : plan_(&plan),
      source_ports_(plan.ports_of(worker)),
      capacity_(capacity),
      places_(std::move(places)),
      kept_(std::move(kept)),
      table_(std::move(table)),
      pool_(std::move(pool)),
      wheel_(TimerOf{places_.as<Conversation>().data()}) {}

// --- Places and lists.

std::optional<std::uint32_t> Conversations::take_place() {
  std::uint32_t number = first_free_;
  if (number != kNone) {
    first_free_ = at(number).next_ready;
  } else if (used_ < capacity_) {
    number = used_++;
  } else {
    return std::nullopt;
  }
  Conversation& conversation = *new (&at(number)) Conversation();
  conversation.older = newest_;
  (newest_ == kNone ? oldest_ : at(newest_).newer) = number;
  newest_ = number;
  ++count_;
  return number;
}

void Conversations::free_place(std::uint32_t number) {
  Conversation& conversation = at(number);
  wheel_.stop(number);
  table_.erase(conversation.flow, flow_of());
  conversation.received.clear(pool_);
  (conversation.older == kNone ? oldest_ : at(conversation.older).newer) = conversation.newer;
  (conversation.newer == kNone ? newest_ : at(conversation.newer).older) = conversation.older;
  conversation.next_ready = first_free_;
  first_free_ = number;
  --count_;
}

void Conversations::make_ready(std::uint32_t number) {
  Conversation& conversation = at(number);
  if (conversation.is_ready) return;
  conversation.is_ready = true;
  waits_for_writer_ = false;
  conversation.next_ready = kNone;
  (last_ready_ == kNone ? first_ready_ : at(last_ready_).next_ready) = number;
  last_ready_ = number;
}

void Conversations::set_timer(std::uint32_t number, Instant now) {
  const Conversation& conversation = at(number);
  Instant at = std::min(conversation.tcp.deadline(), conversation.ends_at);
  if (!conversation.is_over) at = std::min(at, conversation.speaks_at);
  wheel_.set(number, at, now);
}

bool Conversations::has_places() const {
  constexpr std::size_t kReserve = 4096;  // for what was asked already
  return !is_wanted() || capacity_ - count_ > std::min(capacity_ / 2, kReserve);
}

Instant Conversations::next_due(Instant now) const {
  if (is_idle()) return Instant::max();
  const bool has_work = (first_ready_ != kNone && !waits_for_writer_) || stops_within_;
  return has_work ? now : now + stack::TimerWheel<TimerOf>::kStep;
}

std::optional<Instant> Conversations::oldest() const {
  if (oldest_ == kNone) return std::nullopt;
  return places_.as<const Conversation>()[oldest_].began;
}

// --- What is said and heard.

stack::TcpConnection::Config Conversations::config_of(const Conversation& conversation) const {
  constexpr std::uint16_t kDefaultMssV4 = 536;  // RFC 9293, 3.7.1
  constexpr std::uint16_t kDefaultMssV6 = 1220;
  const net::Family family = conversation.flow.target.family();
  return {.options = plan_->probe_settings.tcp_options,
          .max_payload = conversation.link->segment_room(family),
          .default_mss = family == net::Family::kIpv4 ? kDefaultMssV4 : kDefaultMssV6,
          .max_received = plan_->conversations.max_received,
          .largest_offer = conversation.link->largest_offer(family)};
}

const banner::StreamProtocol* Conversations::asked(const Conversation& conversation) const {
  if (!conversation.has_asked) return nullptr;
  return plan_->conversations.hellos->of(conversation.flow.port.number)[conversation.hello];
}

banner::Peer Conversations::peer_of(const Conversation& conversation) const {
  const probe::Flow& flow = conversation.flow;
  const auto& names = plan_->conversations.host_names;
  const auto found = names.find(flow.target);
  return {.address = flow.target,
          .port = flow.port.number,
          .name = found == names.end() ? std::string_view() : found->second};
}

protocols::StreamReading Conversations::read(const Conversation& conversation, Bytes bytes,
                                             bool has_ended) {
  return protocols::read_stream({.received = bytes,
                                 .has_ended = has_ended,
                                 .peer = peer_of(conversation),
                                 .settings = plan_->conversations.settings},
                                asked(conversation), output_);
}

bool Conversations::begin(Link& link, const wire::Packet& packet, const probe::Flow& flow,
                          Duration round_trip, Instant now) {
  const auto segment = wire::TcpView::parse(packet.transport);
  const auto number = segment ? take_place() : std::nullopt;
  if (!number) return false;
  Conversation& conversation = at(*number);
  conversation.flow = flow;
  conversation.link = &link;
  conversation.began = now;
  conversation.ends_at = now + plan_->conversations.connection_timeout;
  conversation.ttl = packet.ttl;
  conversation.mac = packet.source_mac;
  conversation.tcp =
      stack::TcpConnection::accepted(config_of(conversation), *segment, round_trip, now);
  table_.insert(flow, *number);
  listen(conversation, now);
  make_ready(*number);
  set_timer(*number, now);
  return true;
}

bool Conversations::keep(const record::Record& record, const probe::Flow& flow) {
  const auto number = table_.find(flow, flow_of());
  if (!number) return false;
  record::Record& kept = kept_.as<record::Record>()[*number];
  kept = record;
  kept.data_check = record::DataCheck::kEnded;
  at(*number).owes_record = true;
  return true;
}

void Conversations::release_kept(Findings& findings) {
  for (std::uint32_t number = oldest_; number != kNone; number = at(number).newer) {
    if (!at(number).owes_record) continue;
    if (!findings.records.push(kept_.as<record::Record>()[number])) return;
    at(number).owes_record = false;
  }
}

// Returns how long a service may be silent. If it is expected to speak, or nothing else can be
// asked, a few losses in a row are waited for.
Duration Conversations::patience(const Conversation& conversation) const {
  constexpr int kLonger = 3;
  const banner::StreamProtocol* const expected =
      protocols::expected_at(conversation.flow.port.number);
  const bool speaks_first = expected != nullptr && !expected->has_hello();
  const bool is_last = !has_another_hello(conversation);
  return plan_->conversations.hello_timeout *
         (is_last || (speaks_first && !conversation.has_asked) ? kLonger : 1);
}

// Speaks first if the hello of the port does.
void Conversations::listen(Conversation& conversation, Instant now) {
  conversation.speaks_at = now + patience(conversation);
  const protocols::Hellos& hellos = plan_->conversations.hellos->of(conversation.flow.port.number);
  if (hellos[conversation.hello] != nullptr) say_hello(conversation, now);
}

void Conversations::say_hello(Conversation& conversation, Instant now) {
  conversation.has_asked = true;
  conversation.requests = 0;
  conversation.asked_at = 0;
  conversation.speaks_at = now + patience(conversation);
  conversation.tcp.ask(static_cast<std::uint32_t>(request_of(conversation).size()));
}

// Makes the request that is being sent once more. Valid until: the next reading.
Bytes Conversations::request_of(const Conversation& conversation) {
  if (conversation.requests > 0 || conversation.says_goodbye) {
    read(conversation, conversation.received.bytes().first(conversation.asked_at), false);
    return as_bytes(output_.request);
  }
  const banner::StreamProtocol& protocol = *asked(conversation);
  if (protocol.write_hello == nullptr) return as_bytes(protocol.hello);
  output_.clear();
  protocol.write_hello(peer_of(conversation), plan_->conversations.settings, output_.request);
  return as_bytes(output_.request);
}

void Conversations::on_bytes(Conversation& conversation, Instant now) {
  conversation.outcome = Outcome::kHeard;
  conversation.speaks_at = now + patience(conversation);
  const std::uint32_t size = conversation.received.size();
  const bool is_full = size >= plan_->conversations.max_received;
  const StreamStep step = read(conversation, conversation.received.bytes(), is_full).step;
  const bool is_done = step.kind == StreamStep::Kind::kDone || is_full;
  const bool is_due = step.kind == StreamStep::Kind::kSend &&
                      step.requests > conversation.requests && conversation.rounds < kMostRequests;
  conversation.waits_to_ask = is_due && !conversation.tcp.can_ask();
  if (is_done) end_attempt(conversation, false);
  if (output_.request.empty() || !conversation.tcp.can_ask() || !(is_done || is_due)) return;
  conversation.says_goodbye = is_done;
  conversation.requests = static_cast<std::uint8_t>(std::min(step.requests, 255u));
  ++conversation.rounds;
  conversation.asked_at = size;
  conversation.tcp.ask(static_cast<std::uint32_t>(output_.request.size()));
}

bool Conversations::has_another_hello(const Conversation& conversation) const {
  const auto& hellos = plan_->conversations.hellos->of(conversation.flow.port.number);
  return conversation.hello + 1u < hellos.size();
}

// A service that was only listened to is asked on the same connection. What was said to it may not
// have arrived yet, nor all that it said.
void Conversations::on_silence(Conversation& conversation, Instant now) {
  if (!conversation.tcp.can_ask() || conversation.tcp.misses_bytes(conversation.received)) {
    conversation.speaks_at = now + patience(conversation);
    return;
  }
  const bool was_asked = conversation.has_asked || conversation.received.size() > 0;
  if (!was_asked && has_another_hello(conversation)) {
    ++conversation.hello;
    return say_hello(conversation, now);
  }
  end_attempt(conversation, true);
}

// True if another connection may tell more. A server that drops the first contacts of many may
// accept the next one.
bool Conversations::can_try_again(const Conversation& conversation) const {
  const std::size_t hellos = plan_->conversations.hellos->of(conversation.flow.port.number).size();
  const auto most = std::max<std::size_t>(hellos, kMostConnections);
  const bool was_dropped =
      !conversation.has_asked && conversation.received.size() == 0 && conversation.connections == 1;
  return (was_dropped || has_another_hello(conversation)) && conversation.connections < most &&
         source_ports_.count() >= most && !is_stopped_;
}

// Reads what there is; asks something else on another connection if no protocol recognises it. What
// none recognises is reported once: who greets does so on every connection.
void Conversations::end_attempt(Conversation& conversation, bool can_ask_again) {
  const bool has_bytes = conversation.received.size() > 0;
  const auto is_recognised = [&] {
    return has_bytes && read(conversation, conversation.received.bytes(), true).protocol != nullptr;
  };
  conversation.is_over = true;
  conversation.owes_report = has_bytes && (!conversation.was_unknown || is_recognised());
  conversation.tcp.finish();
  if (!can_ask_again || !can_try_again(conversation)) return;
  conversation.wants_another = !is_recognised();
  conversation.was_unknown |= has_bytes && conversation.wants_another;
}

// --- Events.

bool Conversations::on_packet(const wire::Packet& packet, Instant now) {
  if (is_idle() || packet.protocol != wire::Protocol::kTcp) return false;
  const auto segment = wire::TcpView::parse(packet.transport);
  if (!segment) return false;
  const probe::Flow flow = {.target = packet.source,
                            .port = {net::Transport::kTcp, segment->source_port()},
                            .source = {packet.destination, segment->destination_port()}};
  const auto number = table_.find(flow, flow_of());
  if (!number) return false;
  Conversation& conversation = at(*number);
  const std::uint32_t size = conversation.received.size();
  const bool was_connected = conversation.tcp.is_connected();
  conversation.tcp.on_segment(config_of(conversation), *segment, conversation.received, pool_, now);
  if (!was_connected && conversation.tcp.is_connected()) listen(conversation, now);
  const bool has_more = conversation.received.size() > size || conversation.waits_to_ask;
  if (!conversation.is_over && has_more) on_bytes(conversation, now);
  if (!conversation.is_over &&
      (conversation.tcp.peer_has_ended() || conversation.tcp.is_closed())) {
    conversation.outcome = std::max(conversation.outcome, Outcome::kEnded);
    end_attempt(conversation, true);
  }
  make_ready(*number);
  return true;
}

void Conversations::on_timer(std::uint32_t number, Instant now) {
  Conversation& conversation = at(number);
  if (now >= conversation.ends_at) {
    if (!conversation.is_over) end_attempt(conversation, false);
    conversation.tcp.abort();
  } else if (!conversation.is_over && now >= conversation.speaks_at) {
    on_silence(conversation, now);
  }
  make_ready(number);
}

void Conversations::apply_stop(Instant now) {
  const Instant end = now + *std::exchange(stops_within_, std::nullopt);
  is_stopped_ = true;
  for (std::uint32_t number = oldest_; number != kNone; number = at(number).newer) {
    Conversation& conversation = at(number);
    conversation.ends_at = std::min(conversation.ends_at, end);
    set_timer(number, now);
  }
}

// --- Sending.

std::size_t Conversations::emit(std::size_t allowed, bool hears_all, Findings& findings,
                                Tally& tally, Instant now) {
  if (is_idle()) return 0;
  if (stops_within_) apply_stop(now);
  for (int i = 0; i < kTimersAtOnce && hears_all; ++i) {
    const auto number = wheel_.pop(now);
    if (!number) break;
    on_timer(*number, now);
  }
  std::size_t sent = 0;
  std::uint32_t first_unreported = kNone;
  while (first_ready_ != kNone && first_ready_ != first_unreported) {
    const std::uint32_t number = first_ready_;
    Conversation& conversation = at(number);
    if (!send_some(conversation, allowed, sent, now)) break;
    first_ready_ = conversation.next_ready;
    if (first_ready_ == kNone) last_ready_ = kNone;
    conversation.is_ready = false;
    if (!hand_over(number, findings)) {
      make_ready(number);  // behind the others, which may need no report
      if (first_unreported == kNone) first_unreported = number;
    } else if (!leave(number, tally, now)) {
      set_timer(number, now);
    }
  }
  waits_for_writer_ = first_unreported != kNone && first_ready_ == first_unreported;
  return sent;
}

// Returns false if something is left to send.
bool Conversations::send_some(Conversation& conversation, std::size_t allowed, std::size_t& sent,
                              Instant now) {
  const auto config = config_of(conversation);
  while (true) {
    if (sent == allowed || !conversation.link->has_room()) return false;
    const auto segment = conversation.tcp.next(config, conversation.received, now);
    if (!segment) return true;
    Bytes payload;
    if (segment->data_length > 0)
      payload = request_of(conversation).subspan(segment->data_at, segment->data_length);
    conversation.link->send_segment(conversation.flow, conversation.mac, segment->header, payload);
    ++sent;
  }
}

// Returns false if the writer has no room for what is known by now. An open port goes before what
// it has said.
bool Conversations::hand_over(std::uint32_t number, Findings& findings) {
  Conversation& conversation = at(number);
  const bool is_final =
      conversation.is_over && !conversation.wants_another && conversation.tcp.is_closed();
  const bool is_judged = conversation.outcome == Outcome::kHeard || is_final;
  if (conversation.owes_record && is_judged) {
    if (!findings.push_judged(judged(number))) return false;
    conversation.owes_record = false;
  }
  return !conversation.owes_report || report(conversation, findings);
}

record::Record Conversations::judged(std::uint32_t number) {
  record::Record record = kept_.as<record::Record>()[number];
  const Outcome outcome = outcome_of(at(number));
  if (outcome == Outcome::kHeard) {
    record.data_check = record::DataCheck::kPassed;
    record.suspect = record::Suspect::kNone;
  } else if (!is_stopped_ && record.suspect == record::Suspect::kNone) {
    record.suspect = suspect_of(outcome);
  }
  return record;
}

bool Conversations::report(Conversation& conversation, Findings& findings) const {
  const bool is_reported = findings.push_stream({.address = conversation.flow.target,
                                                 .port = conversation.flow.port,
                                                 .ttl = conversation.ttl,
                                                 .asked = asked(conversation)},
                                                conversation.received.bytes());
  conversation.owes_report = !is_reported;
  return is_reported;
}

// Frees the place of a conversation whose connection is closed. Returns false if it goes on.
bool Conversations::leave(std::uint32_t number, Tally& tally, Instant now) {
  Conversation& conversation = at(number);
  if (!conversation.tcp.is_closed()) {
    if (!conversation.wants_another) return false;
    conversation.tcp.abort();
    make_ready(number);
    return false;
  }
  if (!conversation.is_over) {
    end_attempt(conversation, true);
    make_ready(number);
    return false;
  }
  conversation.outcome = outcome_of(conversation);
  if (conversation.wants_another) {
    if (!connect_again(number, now)) conversation.wants_another = false;
    make_ready(number);
    return false;
  }
  ++count_of(conversation.outcome, tally);
  free_place(number);
  return true;
}

// Asks from another port, because the target may still know the last connection.
bool Conversations::connect_again(std::uint32_t number, Instant now) {
  Conversation& conversation = at(number);
  probe::Flow flow = conversation.flow;
  const std::uint32_t offset =
      (flow.source.port - source_ports_.first + 1u) % source_ports_.count();
  flow.source.port = static_cast<std::uint16_t>(source_ports_.first + offset);
  if (table_.find(flow, flow_of())) return false;
  table_.erase(conversation.flow, flow_of());
  conversation.flow = flow;
  table_.insert(flow, number);
  const std::uint64_t hash = siphash(plan_->cookie_key, flow.target.low(), flow.target.high(),
                                     std::uint64_t{flow.source.port} << 16 | flow.port.number);
  conversation.tcp = stack::TcpConnection::connecting(static_cast<std::uint32_t>(hash), now);
  conversation.received.clear(pool_);
  conversation.asked_at = 0;
  conversation.requests = conversation.rounds = 0;
  if (has_another_hello(conversation)) ++conversation.hello;
  ++conversation.connections;
  conversation.has_asked = conversation.is_over = conversation.wants_another = false;
  conversation.waits_to_ask = conversation.says_goodbye = false;
  conversation.speaks_at = Instant::max();
  conversation.ends_at = now + plan_->conversations.connection_timeout;
  set_timer(number, now);
  return true;
}

}  // namespace masscan::engine
