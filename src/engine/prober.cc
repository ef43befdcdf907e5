#include "engine/prober.h"

#include <algorithm>
#include <cmath>

#include "targets/exclusion.h"

namespace masscan::engine {

namespace {

// An answered turn costs no frame and does not count against the allowance. At most this many turns
// are examined per frame.
constexpr std::size_t kTurnsPerFrame = 8;

// How far `asked` and `go_back` reach back.
constexpr Duration kMarked = 8s;

// Interval at which parked turns are tried again.
constexpr Duration kParkedInterval = 10ms;

// Slightly longer than the two seconds after which a silent next hop is given up.
std::size_t parked_limit(const Plan& plan) {
  constexpr double kSeconds = 2.5;
  const double due = kSeconds * plan.rate_pps / plan.workers;
  return static_cast<std::size_t>(
      std::clamp<double>(due, Prober::kFewestParked, Prober::kMostParked));
}

// Returns the turns at which this worker's rounds begin.
std::vector<std::uint64_t> begin_of(const Plan& plan, const WorkerShare& worker_share) {
  std::vector<std::uint64_t> begin(plan.rounds, 0);
  const std::uint64_t end = worker_share.before(plan.end_turn);
  for (std::size_t round = 0; round < begin.size(); ++round) {
    begin[round] = std::min(worker_share.before(plan.begin_turns[round]), end);
  }
  return begin;
}

}  // namespace

Prober::Prober(const Plan& plan, WorkerShare worker_share, std::vector<Link>& links,
               const Answers& answers, Responder& responder, ReplyTimeout& reply_timeout,
               engine::Tally& tally)
    : plan_(plan),
      worker_share_(worker_share),
      links_(links),
      answers_(answers),
      responder_(responder),
      reply_timeout_(reply_timeout),
      tally_(tally),
      schedule_(worker_share.before(plan.end_turn), begin_of(plan, worker_share), plan.retry_delay),
      prefetch_(plan, worker_share),
      resolved_ranges_(plan, links),
      parked_limit_(parked_limit(plan)),
      resolves_targets_(!std::ranges::all_of(plan.kinds, &probe::Kind::has_frames)),
      begin_(begin_of(plan, worker_share)),
      marks_(plan.rounds, SendLog(kMarked)) {
  parked_.reserve(parked_limit_);
  if (std::isfinite(plan.prefix_rate_pps)) {
    prefix_limit_.emplace(plan.prefix_rate_pps / plan.workers);
  }
}

void Prober::limit_rate(double rate_pps, Instant now) {
  if (rate_pps == rate_pps_) return;
  rate_pps_ = rate_pps;
  pacer_.set_rate(rate_pps, now);
}

std::size_t Prober::emit(Instant now, std::size_t allowed) {
  if (is_stopped_) return 0;
  const std::size_t sent = emit_due(now, pacer_.available(now, allowed));
  pacer_.spend(sent, next_ask(now) <= now);
  return sent;
}

std::size_t Prober::emit_due(Instant now, std::size_t allowed) {
  std::size_t sent = emit_parked(now, allowed);
  for (std::size_t turns = 0; turns < allowed * kTurnsPerFrame && sent < allowed; ++turns) {
    if (parked_.size() == parked_limit_) break;
    if (const std::size_t run = emit_run(now, allowed - sent)) {
      sent += run;
      continue;
    }
    const auto ask = held_ ? held_ : schedule_.next(now);
    held_.reset();
    if (!ask) break;
    switch (try_send(*ask, now)) {
      case Outcome::kSent:
        ++sent;
        break;
      case Outcome::kParked:
        park(*ask);
        break;
      case Outcome::kDropped:
        break;
      case Outcome::kFull:
        held_ = ask;
        return sent;
    }
  }
  return sent;
}

// The fast path. Sends the same probes as single turns would. Stops before a turn that needs
// individual treatment.
std::size_t Prober::emit_run(Instant now, std::size_t most) {
  const bool is_slow = held_ || resolves_targets_ || schedule_.turn(0) < again_;
  const std::uint64_t due = is_slow ? 0 : schedule_.run(now, most);
  if (due == 0) return 0;
  TargetSpan span = prefetch_.from(schedule_.turn(0), due);
  const auto resolved = resolved_ranges_.find(span.address(0), now);
  if (!resolved) return 0;
  span = span.part(0, resolved->leading(span));
  if (excludes_ != nullptr) span = span.part(0, leading_allowed(span));
  const std::size_t sent = prefix_limit_ ? send_limited(*resolved, span, now)
                                         : resolved->link->send_probes(span, 0, resolved->mac);
  if (sent == 0) return 0;
  schedule_.take(sent, now);
  tally_.probes_sent += sent;
  reply_timeout_.on_send(now);
  return sent;
}

// Returns how many of the first targets of `span` the user has not excluded since the start.
std::size_t Prober::leading_allowed(const TargetSpan& span) const {
  std::size_t count = 0;
  while (count < span.count() && !targets::is_excluded(span.address(count), *excludes_)) ++count;
  return count;
}

// Sends the first targets of `span` up to one whose prefix has received enough; returns how many.
std::size_t Prober::send_limited(const ResolvedRange& resolved, TargetSpan span, Instant now) {
  std::size_t count = 0;
  while (count < span.count() && prefix_limit_->take(span.address(count), now)) ++count;
  const std::size_t sent = resolved.link->send_probes(span.part(0, count), 0, resolved.mac);
  for (std::size_t i = sent; i < count; ++i) prefix_limit_->give_back(span.address(i));
  return sent;
}

Prober::Outcome Prober::try_send(const Schedule::Ask& ask, Instant now) {
  if (!is_new(ask) && answers_.contains(ask.turn)) return Outcome::kDropped;
  const targets::Target target = plan_.target(worker_share_.position(ask.turn));
  if (ask.round > plan_.retries && ask.round >= plan_.rounds_of(target.port)) {
    return Outcome::kDropped;
  }
  Loss loss = nullptr;
  const std::optional<NextHop> next_hop = next_hop_of(target.address, loss);
  if (!next_hop) return give_up(ask, loss);
  if (target.port.transport == net::Transport::kArp) {
    return resolve(ask, target.address, *next_hop, now);
  }
  const Outcome outcome = send(target, ask.round, *next_hop, now, loss);
  if (outcome == Outcome::kDropped) return give_up(ask, loss);
  if (outcome == Outcome::kSent) count(ask, now);
  return outcome;
}

Prober::Outcome Prober::send_canary(const targets::Target& target, Instant now) {
  Loss loss = nullptr;  // canaries have a counter of their own
  const std::optional<NextHop> next_hop = next_hop_of(target.address, loss);
  if (!next_hop) return Outcome::kDropped;
  const Outcome outcome = send(target, 0, *next_hop, now, loss);
  if (outcome == Outcome::kSent) reply_timeout_.on_send(now);
  return outcome;
}

// Returns nullopt, and sets `loss`, if the target cannot be probed.
std::optional<NextHop> Prober::next_hop_of(const net::IpAddress& target, Loss& loss) const {
  const bool is_excluded = excludes_ != nullptr && targets::is_excluded(target, *excludes_);
  loss = is_excluded ? &Tally::excluded : &Tally::unroutable;
  return is_excluded ? std::nullopt : plan_.next_hops.find(target);
}

// Sets `loss` if it returns kDropped.
Prober::Outcome Prober::send(const targets::Target& target, unsigned round, const NextHop& next_hop,
                             Instant now, Loss& loss) {
  Link& link = links_[next_hop.link];
  const stack::Lookup hop = link.find_mac(next_hop.address, now);
  switch (hop.state) {
    case stack::Lookup::State::kKnown:
      break;
    case stack::Lookup::State::kFailed:
      loss = &Tally::unresolved;
      return Outcome::kDropped;
    case stack::Lookup::State::kPending:
    case stack::Lookup::State::kUnknown:
      return Outcome::kParked;
  }
  if (!link.sources().has(target.address.family())) {
    loss = &Tally::unroutable;
    return Outcome::kDropped;
  }
  if (prefix_limit_ && !prefix_limit_->take(target.address, now)) return Outcome::kParked;
  if (!link.send_probe(target, round, hop.mac)) {
    if (prefix_limit_) prefix_limit_->give_back(target.address);
    return Outcome::kFull;
  }
  return Outcome::kSent;
}

// Probes a target by finding its MAC address. The requests that this takes are the link's.
Prober::Outcome Prober::resolve(const Schedule::Ask& ask, const net::IpAddress& target,
                                const NextHop& next_hop, Instant now) {
  Link& link = links_[next_hop.link];
  const bool is_on_link = next_hop.address == target && link.layer() == net::LinkLayer::kEthernet;
  if (!is_on_link) return give_up(ask, &Tally::unroutable);
  const stack::Lookup found = link.find_neighbor(target, now);
  const bool is_known = found.state == stack::Lookup::State::kKnown;
  if (!is_known && found.state != stack::Lookup::State::kFailed) return Outcome::kParked;
  if (is_known && !responder_.on_neighbor(ask.turn, target, found.mac)) return Outcome::kParked;
  count(ask, now);
  return Outcome::kDropped;
}

// Counts a target once, however often it is retried.
Prober::Outcome Prober::give_up(const Schedule::Ask& ask, Loss loss) {
  if (take_first_try(ask)) ++(tally_.*loss);
  return Outcome::kDropped;
}

void Prober::count(const Schedule::Ask& ask, Instant now) {
  ++(take_first_try(ask) ? tally_.probes_sent : tally_.retries_sent);
  reply_timeout_.on_send(now);
}

// Tries the parked turns, oldest first, until the allowance is spent. The others keep their order.
std::size_t Prober::emit_parked(Instant now, std::size_t allowed) {
  if (parked_.empty() || now < next_look_) return 0;
  std::size_t sent = 0;
  bool is_full = false;
  const auto is_settled = [&](const Schedule::Ask& ask) {
    if (is_full || sent == allowed) return false;
    const Outcome outcome = try_send(ask, now);
    is_full = outcome == Outcome::kFull;
    if (outcome == Outcome::kSent) ++sent;
    return outcome == Outcome::kSent || outcome == Outcome::kDropped;
  };
  std::erase_if(parked_, is_settled);
  if (sent > 0) schedule_.note_late(now);
  if (sent < allowed && !is_full) next_look_ = now + kParkedInterval;
  return sent;
}

void Prober::park(const Schedule::Ask& ask) { parked_.push_back(ask); }

Instant Prober::next_due(Instant now) const { return pacer_.send_at(next_ask(now), now); }

Instant Prober::next_ask(Instant now) const {
  if (held_) return now;
  const bool has_room = parked_.size() < parked_limit_;
  const Instant next_turn = has_room ? schedule_.next_due() : Instant::max();
  return parked_.empty() ? next_turn : std::min(next_turn, std::max(next_look_, now));
}

// Parked and held turns are discarded: they are repeated with the turns taken after them.
void Prober::go_back(Instant at) {
  for (const Schedule::Ask& ask : parked_) waiting_ += is_new(ask) ? 1 : 0;
  if (held_ && is_new(*held_)) ++waiting_;
  again_ = std::max(again_, schedule_.turn(0));
  std::uint64_t next = again_;
  for (unsigned round = 0; round < marks_.size(); ++round) {
    next = std::min(next, asked(round, at));
    schedule_.go_back(round, next);
    marks_[round].take_back(next);
  }
  held_.reset();
  parked_.clear();
}

// Returns true if a target is probed or given up for the first time. Of turns taken before go_back,
// only the number of those not sent is known, which suffices for counting.
bool Prober::take_first_try(const Schedule::Ask& ask) {
  if (ask.round > 0) return false;
  if (is_new(ask)) return true;
  if (waiting_ == 0) return false;
  --waiting_;
  return true;
}

void Prober::stop() {
  schedule_.stop();
  is_stopped_ = true;
}

void Prober::mark(Instant now) {
  for (unsigned round = 0; round < marks_.size(); ++round) {
    std::uint64_t asked = schedule_.turn(round);
    const auto wait_for = [&](const Schedule::Ask& ask) {
      if (ask.round <= round) asked = std::min(asked, ask.turn);
    };
    if (held_) wait_for(*held_);
    for (const Schedule::Ask& ask : parked_) wait_for(ask);
    marks_[round].record(asked, now);
  }
}

std::uint64_t Prober::asked(unsigned round, Instant at) const {
  return std::max(begin_[round], marks_[round].sent_by(at));
}

}  // namespace masscan::engine
