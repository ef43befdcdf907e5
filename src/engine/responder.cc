#include "engine/responder.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "record/payload.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/icmpv6.h"
#include "wire/tcp.h"

namespace masscan::engine {

namespace {

bool is_arp(Bytes frame) {
  const auto ethernet = wire::EthernetView::parse(frame);
  return ethernet && ethernet->type() == wire::EtherType::kArp;
}

bool is_neighbor_discovery(const wire::Packet& packet) {
  if (packet.protocol != wire::Protocol::kIcmpv6) return false;
  const auto icmp = wire::IcmpView::parse(packet.transport);
  return icmp && (icmp->type() == wire::icmpv6_type::kNeighborSolicitation ||
                  icmp->type() == wire::icmpv6_type::kNeighborAdvertisement);
}

std::uint8_t protocol_of(net::Port port) {
  return port.transport == net::Transport::kIp ? static_cast<std::uint8_t>(port.number)
                                               : record::kUnknownProtocol;
}

// Returns the number of the payload that was answered, if only one of those that were sent in so
// many rounds can be meant.
std::uint8_t answered_payload(const Plan& plan, const probe::Reply& reply, unsigned rounds) {
  if (reply.requests == 0 || plan.payloads == nullptr) return 0;
  const auto requests = plan.payloads->requests(reply.flow.port.number);
  const auto sent = std::min<std::size_t>({rounds, requests.size(), 31});
  const std::uint32_t asked = reply.requests & ((1u << sent) - 1);
  if (!std::has_single_bit(asked)) return 0;
  return record::payload_number(requests[static_cast<std::size_t>(std::countr_zero(asked))].name);
}

record::Record record_of(const probe::Reply& reply, WallTime captured_at, record::Canary canary,
                         std::uint8_t payload = 0) {
  return {.time = captured_at,
          .address = reply.flow.target,
          .port = reply.flow.port,
          .ip_protocol = protocol_of(reply.flow.port),
          .state = reply.state,
          .reason = reply.reason,
          .cause = reply.cause,
          .ttl = reply.ttl,
          .suspect = reply.suspect,
          .payload = payload,
          .isn_hash = reply.isn_hash,
          .stack_hash = reply.stack_hash,
          .canary = canary};
}

bool is_undamaged(const wire::Packet& packet, const nic::RxFrame& frame) {
  return packet.checksums_ok() || (!frame.has_checksum && packet.has_unfinished_checksum());
}

}  // namespace

Responder::Responder(const Plan& plan, ResponseLimit limit, Answers& answers, Canaries& canaries,
                     ReplyTimeout& reply_timeout, Conversations& conversations, Findings& findings,
                     engine::Tally& tally)
    : plan_(plan),
      limit_(std::move(limit)),
      answers_(answers),
      canaries_(canaries),
      reply_timeout_(reply_timeout),
      conversations_(conversations),
      findings_(findings),
      tally_(tally) {
  endings_.reserve(kEndings);
  replies_.reserve(kReplies);
}

void Responder::on_frame(Link& link, const nic::RxFrame& frame, const Schedule& schedule,
                         Instant now) {
  if (link.layer() == net::LinkLayer::kEthernet && is_arp(frame.bytes)) {
    return on_neighbor_frame(link, frame.bytes, now);
  }
  const std::optional<wire::Packet> packet = wire::Packet::parse(frame.bytes, link.layer());
  if (!packet || !is_undamaged(*packet, frame)) {
    ++tally_.bad;
    return;
  }
  if (is_neighbor_discovery(*packet)) return on_neighbor_frame(link, frame.bytes, now);
  if (conversations_.on_packet(*packet, now)) return;

  const probe::Verdict verdict = link.recogniser().recognise(*packet);
  if (verdict.kind == probe::Verdict::Kind::kForeign) on_stray_segment(link, *packet, now);
  if (verdict.kind == probe::Verdict::Kind::kBad) {
    ++tally_.bad;
    return;
  }
  const probe::Flow& flow = verdict.reply.flow;
  const bool is_reply = verdict.kind == probe::Verdict::Kind::kReply;
  const auto turn = is_reply ? answers_.turn_of(flow.target, flow.port) : std::nullopt;
  if (!turn) {
    if (is_reply && canaries_.is_canary(flow.target, flow.port)) {
      return on_canary(link, *packet, verdict.reply, frame.captured_at, now);
    }
    ++tally_.foreign;
    return;
  }
  on_reply(link, *packet, verdict, *turn, schedule, frame.captured_at, now);
}

void Responder::on_neighbor_frame(Link& link, Bytes frame, Instant now) {
  Reply reply{.link = &link};
  const stack::NeighborEvent event = link.on_neighbor_frame(frame, reply.frame, now);
  if (event.reply_length == 0) return;
  const std::uint64_t subject = event.asked_for.high() ^ event.asked_for.low();
  if (!limit_.admit(ResponseLimit::Kind::kNeighborQuery, event.asker, subject, now) ||
      replies_.size() == kReplies) {
    return refuse(event.asker);
  }
  reply.length = event.reply_length;
  replies_.push_back(reply);
}

void Responder::on_reply(Link& link, const wire::Packet& packet, const probe::Verdict& verdict,
                         std::uint64_t turn, const Schedule& schedule, WallTime captured_at,
                         Instant now) {
  const probe::Reply& reply = verdict.reply;
  const Duration round_trip = now - schedule.log().sent_at(turn);
  reply_timeout_.on_answer(now, round_trip);
  ++tally_.answers;
  const record::PortState state = reply.state;
  const bool is_talked_to = reply.ending && converse(link, packet, reply, turn, round_trip, now);
  if (reply.ending && !is_talked_to && plan_.sends_endings)
    end({&link, reply.flow, *reply.ending, packet.source_mac}, now);
  if (!answers_.insert(turn, state)) {
    ++tally_.duplicate;
    return;
  }
  // Repeated replies do not show that probes still arrive.
  link.note_answer(now);
  silence_.on_answer(now);
  tally_.open += state == record::PortState::kOpen ? 1 : 0;
  tally_.closed += state == record::PortState::kClosed ? 1 : 0;
  tally_.filtered += state == record::PortState::kFiltered ? 1 : 0;
  tally_.unfiltered += state == record::PortState::kUnfiltered ? 1 : 0;
  // A sign of its own is enough.
  const bool is_checked = state == record::PortState::kOpen &&
                          reply.flow.port.transport == net::Transport::kTcp &&
                          reply.suspect == record::Suspect::kNone;
  const bool is_awaited = is_checked && canaries_.on_open(reply.flow.target, now);
  record::Record record =
      record_of(reply, captured_at, is_awaited ? record::Canary::kAsked : record::Canary::kNone,
                answered_payload(plan_, reply, schedule.taken(turn)));
  const bool is_kept =
      is_talked_to && plan_.conversations.checks_data && conversations_.keep(record, reply.flow);
  if (is_kept) record.data_check = record::DataCheck::kBegun;
  findings_.push(record);
  if (findings_.has_messages && !verdict.payload.empty()) {
    findings_.push_datagram({captured_at, reply.flow.target, reply.flow.port, reply.ttl},
                            verdict.payload);
  }
}

void Responder::on_canary(Link& link, const wire::Packet& packet, const probe::Reply& reply,
                          WallTime captured_at, Instant now) {
  const bool is_open = reply.state == record::PortState::kOpen;
  ++tally_.canary_answers;
  reply_timeout_.on_answer(now, Duration{0});
  if (reply.ending && plan_.sends_endings)
    end({&link, reply.flow, *reply.ending, packet.source_mac}, now);
  const bool is_first = canaries_.on_answer(reply.flow.target, reply.flow.port, is_open, now);
  if (is_first && is_open) {
    findings_.push(record_of(reply, captured_at, record::Canary::kAnswer));
  }
}

// Without a place for the conversation the SYN-ACK gets no answer: the target repeats it.
bool Responder::converse(Link& link, const wire::Packet& packet, const probe::Reply& reply,
                         std::uint64_t turn, Duration round_trip, Instant now) {
  const bool is_wanted =
      conversations_.is_wanted() && reply.flow.port.transport == net::Transport::kTcp;
  if (!is_wanted || answers_.has_conversed(turn)) return false;
  const Duration known = plan_.rounds == 1 ? round_trip : Duration{0};
  if (conversations_.begin(link, packet, reply.flow, known, now)) answers_.note_conversation(turn);
  return true;
}

// Its time is that of its writing: a worker reads no clock.
bool Responder::on_neighbor(std::uint64_t turn, const net::IpAddress& target,
                            const net::MacAddress& mac) {
  if (findings_.room() == 0) return false;
  ++tally_.answers;
  if (!answers_.insert(turn, record::PortState::kUp)) {
    ++tally_.duplicate;
    return true;
  }
  ++tally_.open;
  const net::Port port{net::Transport::kArp, 0};
  findings_.push(record::Record{
      .address = target,
      .port = port,
      .state = record::PortState::kUp,
      .cause = target.is_v4() ? record::Cause::kArpResponse : record::Cause::kNeighborResponse});
  if (findings_.has_messages) findings_.push_datagram({{}, target, port}, mac.octets());
  return true;
}

// A repeated reply means that our ending was lost, or that a host wants to cause traffic.
void Responder::end(const Ending& ending, Instant now) {
  const net::IpAddress& target = ending.flow.target;
  if (!limit_.admit(ResponseLimit::Kind::kReply, target, ending.flow.port.number, now) ||
      endings_.size() == kEndings) {
    return refuse(target);
  }
  endings_.push_back(ending);
}

// A target that speaks of a connection that we do not know is told so (RFC 9293, 3.10.7.1). If it
// did not answer our SYN because of that connection, it is asked again.
void Responder::on_stray_segment(Link& link, const wire::Packet& packet, Instant now) {
  using namespace wire::tcp_flag;
  const auto segment = packet.protocol == wire::Protocol::kTcp
                           ? wire::TcpView::parse(packet.transport)
                           : std::nullopt;
  const bool is_stray =
      segment && segment->has_flags(kAck) && !segment->has_flags(kRst) && !segment->has_flags(kSyn);
  if (!is_stray || !plan_.sends_endings || !plan_.probes_by_syn() ||
      !link.sources().owns_port(segment->destination_port()) ||
      !link.sources().owns(packet.destination))
    return;
  const probe::Flow flow = {.target = packet.source,
                            .port = {net::Transport::kTcp, segment->source_port()},
                            .source = {packet.destination, segment->destination_port()}};
  const auto turn = answers_.turn_of(flow.target, flow.port);
  if (!turn) return;
  end({&link, flow, segment->acknowledgment(), packet.source_mac, !answers_.contains(*turn)}, now);
}

void Responder::refuse(const net::IpAddress& who) {
  ++tally_.unanswered;
  refused_responses_.note(who);
}

std::size_t Responder::emit(std::size_t allowed) {
  std::size_t sent = 0;
  while (sent < allowed && !replies_.empty()) {
    const Reply& reply = replies_.back();
    if (!reply.link->send_frame(Bytes(reply.frame).first(reply.length))) return sent;
    replies_.pop_back();
    ++sent;
  }
  while (sent < allowed && !endings_.empty()) {
    const Ending& ending = endings_.back();
    if (!ending.link->send_ending(ending.flow, ending.word, ending.mac)) break;
    ++sent;
    const bool asks_again =
        ending.asks_again &&
        ending.link->send_probe({ending.flow.target, ending.flow.port}, 0, ending.mac);
    endings_.pop_back();
    sent += asks_again ? 1 : 0;
  }
  return sent;
}

}  // namespace masscan::engine
