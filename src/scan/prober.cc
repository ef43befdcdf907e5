#include "scan/prober.h"

#include <algorithm>

namespace masscan::scan {

namespace {

// A turn whose target has answered costs no frame, so it is not counted against the allowance;
// that many turns are looked at for each frame at most.
constexpr std::size_t kTurnsPerFrame = 8;

// Parked turns are looked at again after this, or when a frame arrives.
constexpr Duration kParkedNap = 10ms;

}  // namespace

Prober::Prober(const Plan& plan, Slice slice, std::vector<Link>& links, const Answers& answers,
               Patience& patience, report::Tally& tally)
    : plan_(plan),
      slice_(slice),
      links_(links),
      answers_(answers),
      patience_(patience),
      tally_(tally),
      schedule_(slice.count(), plan.retries, plan.retry_delay),
      parked_(kParked) {}

std::size_t Prober::emit(Instant now, std::size_t allowed) {
  std::size_t sent = emit_parked(now, allowed);
  for (std::size_t turns = 0; turns < allowed * kTurnsPerFrame && sent < allowed; ++turns) {
    if (parked_count_ == kParked) break;
    const auto turn = held_ ? held_ : schedule_.next(now);
    held_.reset();
    if (!turn) break;
    switch (ask(*turn, now)) {
      case Outcome::kSent:
        ++sent;
        break;
      case Outcome::kParked:
        park(*turn);
        break;
      case Outcome::kDropped:
        break;
      case Outcome::kFull:
        held_ = turn;
        return sent;
    }
  }
  return sent;
}

Prober::Outcome Prober::ask(const Schedule::Turn& turn, Instant now) {
  if (turn.round > 0 && answers_.contains(turn.position)) return Outcome::kDropped;
  const targets::Target target = plan_.target(slice_.position(turn.position));
  const std::optional<Way> way = plan_.ways.find(target.address);
  if (!way) return give_up(turn);
  Link& link = links_[way->link];
  const stack::Lookup hop = link.find_mac(way->next_hop, now);
  switch (hop.state) {
    case stack::Lookup::State::kKnown:
      break;
    case stack::Lookup::State::kFailed:
      return give_up(turn);
    case stack::Lookup::State::kPending:
    case stack::Lookup::State::kUnknown:
      return Outcome::kParked;
  }
  const auto source = link.sources().for_target(target.address, target.port);
  if (!source) return give_up(turn);
  if (!link.send_probe({target.address, target.port, *source}, hop.mac)) return Outcome::kFull;
  count(turn, now);
  return Outcome::kSent;
}

// Counted once a target, however often it is retried.
Prober::Outcome Prober::give_up(const Schedule::Turn& turn) {
  if (turn.round == 0) ++tally_.unresolved;
  return Outcome::kDropped;
}

void Prober::count(const Schedule::Turn& turn, Instant now) {
  ++(turn.round == 0 ? tally_.probes_sent : tally_.retries_sent);
  patience_.on_send(now);
}

// Looks at each parked turn once, oldest first, until the allowance is spent.
std::size_t Prober::emit_parked(Instant now, std::size_t allowed) {
  std::size_t sent = 0;
  for (std::size_t left = std::min(parked_count_, allowed * kTurnsPerFrame);
       left > 0 && sent < allowed; --left) {
    const Schedule::Turn turn = parked_[parked_first_];
    const Outcome outcome = ask(turn, now);
    if (outcome == Outcome::kFull) break;
    parked_first_ = (parked_first_ + 1) % kParked;
    --parked_count_;
    if (outcome == Outcome::kParked) park(turn);
    if (outcome == Outcome::kSent) ++sent;
  }
  return sent;
}

void Prober::park(const Schedule::Turn& turn) {
  parked_[(parked_first_ + parked_count_++) % kParked] = turn;
}

Instant Prober::next_due(Instant now) const {
  if (held_) return now;
  return parked_count_ > 0 ? std::min(schedule_.next_due(), now + kParkedNap)
                           : schedule_.next_due();
}

void Prober::stop() {
  schedule_.stop();
  held_.reset();
  parked_count_ = 0;
}

}  // namespace masscan::scan
