#include "engine/worker.h"

#include <algorithm>
#include <utility>

namespace masscan::engine {

namespace {

// Interval at which a full queue is tried again.
constexpr Duration kQueueRetryInterval = 50us;

// Interval of queries to the routers while no replies arrive.
constexpr Duration kSilenceAsksEvery = 250ms;

// Interval of checks whether the writer has made room.
constexpr Duration kWriterInterval = 500us;
// If a queue sends nothing for longer, a resumed scan repeats all probes in it.
constexpr Duration kHandedLog = 8s;

// On a busy machine a queueing discipline may send nothing for a while, although it has frames.
constexpr Duration kBacklogPause = 2s;

// Counters are collected and shown this often.
constexpr Duration kPublishEvery = 10ms;

}  // namespace

Result<std::unique_ptr<Worker>> Worker::open(const Plan& plan, unsigned number,
                                             std::vector<std::unique_ptr<nic::QueuePair>> queues) {
  std::vector<Link> links;
  links.reserve(queues.size());
  for (std::size_t i = 0; i < queues.size(); ++i) {
    links.push_back(TRY(Link::open(plan, plan.links[i], number, std::move(queues[i]))));
  }
  Answers answers = TRY(Answers::open(plan, number));
  if (plan.reports_silence && !answers.is_exact()) {
    return run_error(
        "--show open|filtered: {} targets of one worker are too many to tell which did not answer; "
        "scan at most {} at a time, with --shard, or add --workers",
        plan.share_of(number).count(), Deduplicator::kExactTurns);
  }
  Canaries canaries = TRY(Canaries::open(plan));
  ResponseLimit limit = TRY(ResponseLimit::open(plan.cookie_key));
  Conversations conversations = TRY(Conversations::open(plan, number));
  return std::unique_ptr<Worker>(new Worker(plan, number, std::move(links), std::move(answers),
                                            std::move(canaries), std::move(limit),
                                            std::move(conversations)));
}

Worker::Worker(const Plan& plan, unsigned number, std::vector<Link> links, Answers answers,
               Canaries canaries, ResponseLimit limit, Conversations conversations)
    : links_(std::move(links)),
      answers_(std::move(answers)),
      canaries_(std::move(canaries)),
      reply_timeout_(plan.is_answered ? ReplyTimeout(plan.wait) : ReplyTimeout::none()),
      findings_(plan.takes_text),
      conversations_(std::move(conversations)),
      unread_(links_.size()),
      stalls_(links_.size()),
      responder_(plan, std::move(limit), answers_, canaries_, reply_timeout_, conversations_,
                 findings_, tally_),
      prober_(plan, plan.share_of(number), links_, answers_, responder_, reply_timeout_, tally_),
      unanswered_(plan, plan.share_of(number), links_, answers_),
      pacer_(plan.first_rate_pps() / plan.workers),
      handed_log_(kHandedLog),
      directives_{.rate_pps = plan.first_rate_pps()},
      share_(1.0 / plan.workers),
      worker_share_(plan.share_of(number)),
      asked_(plan.rounds) {
  set_pace();
  publish(Instant{});
}

void Worker::poll(Instant now) {
  if (unanswered_.has_begun()) return report_unanswered(now);
  receive(now);
  watch_routers(now);
  const std::size_t budget = allowed(now);
  // Open conversations go before new ones. What else others cause goes first too, up to its share,
  // and also uses what new probes leave unused.
  const std::size_t said = conversations_.emit(budget, !is_held_up_, findings_, tally_, now);
  const std::size_t share = response_share_.of(budget - said);
  std::size_t probes = rests() ? 0 : canaries_.emit(prober_, now, share);
  const std::size_t responses = responder_.emit(share - probes);
  response_share_.spend(probes + responses);
  std::size_t sent = said + probes + responses;
  for (Link& link : links_) sent += link.send_requests(now, budget - sent);
  if (!rests()) {
    std::size_t more = conversations_.has_places() ? prober_.emit(now, budget - sent) : 0;
    more += canaries_.emit(prober_, now, budget - sent - more);
    probes += more;
    sent += more;
  }
  are_probes_queued_ |= probes > 0;
  sent += responder_.emit(budget - sent);
  for (Link& link : links_) link.flush();
  handed_ += sent;
  handed_log_.record(handed_, now);
  watch_queues(now);
  pacer_.spend(sent, has_work(now));
  if (now >= next_publish_) {
    publish(now);
    next_publish_ = now + kPublishEvery;
  }
  if (unanswered_.is_wanted() && has_ended(now)) report_unanswered(now);
}

// Frames that arrive from now on are too late: they stay in their queues.
void Worker::report_unanswered(Instant now) {
  constexpr int kTurns = 4096;  // examined in one call
  if (!unanswered_.has_begun()) {
    const Instant sure = sure_until(now);
    prober_.mark(now);
    std::uint64_t end = prober_.total();
    for (unsigned round = 0; round < asked_.size(); ++round)
      end = std::min(end, prober_.asked(round, sure));
    unanswered_.begin(prober_.first(), end);
  }
  for (int i = 0; i < kTurns && !unanswered_.is_done() && !findings_.is_mostly_full(); ++i) {
    const auto record = unanswered_.next(directives_.excludes, now);
    if (!record) continue;
    ++tally_.open_filtered;
    findings_.push(*record);
  }
  if (now >= next_publish_ || unanswered_.is_done()) {
    publish(now);
    next_publish_ = now + kPublishEvery;
  }
}

// A frame can produce a record. Without room in the ring it stays in its queue. Until a reception
// finds nothing more, no turn counts as completed.
void Worker::receive(Instant now) {
  bool has_found = false;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    std::span<const nic::RxFrame>& unread = unread_[i];
    if (unread.empty()) unread = links_[i].queue().receive();
    has_found |= !unread.empty();
    const auto taken = unread.first(std::min(findings_.room(), unread.size()));
    for (const nic::RxFrame& frame : taken) {
      responder_.on_frame(links_[i], frame, prober_.schedule(), now);
    }
    unread = unread.subspan(taken.size());
    if (unread.empty()) links_[i].queue().release();
  }
  is_held_up_ = is_stuck() || (is_held_up_ && has_found);
}

bool Worker::is_stuck() const {
  return std::ranges::any_of(unread_, [](const auto& unread) { return !unread.empty(); });
}

// The reply timeout starts when the last probe has left its queue, not when it was submitted. If
// the queue is stuck, the timeout runs, and later frames (a query to a router, a RST) do not extend
// it.
void Worker::watch_queues(Instant now) {
  std::size_t backlog = 0;
  for (const Link& link : links_) backlog += link.queue().backlog();
  if (are_probes_queued_ && backlog < backlog_) reply_timeout_.on_send(now);
  if (backlog == 0) are_probes_queued_ = false;
  if (backlog != backlog_) backlog_changed_ = now;
  backlog_ = backlog;
}

void Worker::watch_stalls(Instant now) {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    stalls_[i].update(links_[i].counters(), links_[i].queue().backlog(), now);
    if (directives_.is_held) stalls_[i].reset();
  }
}

// Returns the number of a link that keeps probes which are not repeated by themselves; 0: none.
// Probes of a scan that the user has stopped do not count.
std::uint64_t Worker::stuck_link(Instant now) const {
  if (has_heard_all() || (prober_.is_done() && !are_probes_queued_)) return 0;
  const bool is_at_end = has_ended(now) && !prober_.is_stopped();
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const bool is_stuck = is_at_end || stalls_[i].is_final(now);
    if (is_stuck && links_[i].queue().queued() > 0) return i + 1;
  }
  return 0;
}

// Returns the last time by which all frames submitted until then have been sent.
Instant Worker::all_left(Instant now) const {
  std::uint64_t queued = 0;
  for (const Link& link : links_) queued += link.queue().queued();
  return queued == 0 ? now : handed_log_.reached(handed_ - std::min(queued, handed_));
}

// Queries the routers when replies have stopped, and after the last probe, since they may have
// changed. Turns whose probes a router cannot have received are repeated. While received frames are
// waiting, the routers' responses may be among them.
void Worker::watch_routers(Instant now) {
  if (is_held_up_) return;
  const bool is_last_check = prober_.is_done() && !has_checked_;
  has_checked_ = prober_.is_done();
  for (Link& link : links_) {
    if (!rests() && responder_.is_silent(now)) link.ask_routers(kSilenceAsksEvery, now);
    if (is_last_check) link.ask_routers(Duration{0}, now);
    if (const auto loss = link.take_loss()) prober_.go_back(*loss - kInFlight);
  }
}

std::size_t Worker::allowed(Instant now) {
  return writer_is_behind() || directives_.is_held ? 0 : pacer_.available(now, kBatch);
}

bool Worker::writer_is_behind() const { return is_held_up_ || findings_.is_mostly_full(); }

// Returns true if only the rate keeps frames from being sent now.
bool Worker::has_work(Instant now) const {
  if (writer_is_behind()) return false;
  if (!responder_.is_idle() || conversations_.next_due(now) <= now) return true;
  if (rests()) return false;
  return canaries_.next_due() <= now ||
         (conversations_.has_places() && !prober_.is_done() && prober_.next_due(now) <= now);
}

void Worker::stop(Duration longest) {
  prober_.stop();
  conversations_.stop(longest);
  canaries_.stop();
  reply_timeout_.shorten(longest);
}

void Worker::apply(const Directives& directives, Instant now) {
  const bool has_new_rate = directives.rate_pps != directives_.rate_pps;
  if (has_new_rate) pacer_.set_rate(directives.rate_pps * share_, now);
  prober_.limit_rate(directives.probe_rate_pps * share_, now);
  const bool was_resting = rests();
  if (directives.outages != directives_.outages)
    prober_.go_back(now - kOutageUnnoticed - kInFlight);
  if (directives_.is_held && !directives.is_held) {
    for (Link& link : links_) link.find_routers_again(now);
  }
  prober_.exclude(directives.excludes);
  directives_ = directives;
  if (was_resting && !rests()) {
    pacer_.drop_overdue(now);
    reply_timeout_.on_send(now);
  }
  if (has_new_rate) set_pace();
}

// The pacer limits the frames of a moment; a queue that is able to spaces them.
void Worker::set_pace() {
  for (Link& link : links_)
    link.queue().set_pace(directives_.rate_pps * share_ * Pacer::kCatchUpFactor);
}

// Then there are no retries left either. Never true if repeats may have been counted.
bool Worker::has_heard_all() const {
  const std::uint64_t not_asked = tally_.unroutable + tally_.unresolved + tally_.excluded;
  const std::uint64_t settled = answers_.count() + not_asked;
  return answers_.is_exact() && settled >= prober_.total();
}

bool Worker::is_done(Instant now) const { return has_ended(now) && unanswered_.is_done(); }

// Returns true if no answer is awaited any more.
bool Worker::has_ended(Instant now) const {
  if (unanswered_.has_begun()) return true;
  if (!conversations_.is_idle()) return false;
  if (has_heard_all() && responder_.is_idle() && canaries_.is_idle()) return true;
  if (!prober_.is_done() || rests() || is_held_up_) return false;
  const bool is_retried = std::ranges::any_of(
      stalls_, [now](const SendStall& stall) { return stall.has_begun() && !stall.is_final(now); });
  const bool is_moving = now - backlog_changed_ < kBacklogPause;
  if ((is_retried || is_moving) && are_probes_queued_ && !prober_.is_stopped()) return false;
  return now >= reply_timeout_.deadline();
}

Instant Worker::next_event(Instant now) {
  if (unanswered_.has_begun()) return findings_.is_mostly_full() ? now + kWriterInterval : now;
  if (directives_.is_held) return Instant::max();
  if (writer_is_behind()) return now + kWriterInterval;
  for (const Link& link : links_) {
    if (!link.queue().has_room()) return now + kQueueRetryInterval;
  }
  const Instant talk = conversations_.next_due(now);
  const bool is_waiting = prober_.is_done() && !directives_.is_paused;
  // After the deadline only refused frames are awaited.
  const Instant end =
      reply_timeout_.deadline() > now ? reply_timeout_.deadline() : now + kPublishEvery;
  Instant next = is_waiting ? end : directives_.is_paused ? Instant::max() : prober_.next_due(now);
  if (!conversations_.has_places()) next = Instant::max();
  if (!directives_.is_paused) next = std::min(next, canaries_.next_due());
  next = responder_.is_idle() ? std::min(next, talk) : now;
  for (const Link& link : links_) {
    next = std::min(next, link.next_deadline().value_or(Instant::max()));
  }
  return pacer_.send_at(next, now);
}

void Worker::remember(const record::Record& record) {
  const auto turn = answers_.turn_of(record.address, record.port);
  if (turn) answers_.insert(*turn, record.state);
}

std::vector<std::unique_ptr<nic::QueuePair>> Worker::take_queues() {
  std::vector<std::unique_ptr<nic::QueuePair>> queues;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (!unread_[i].empty()) links_[i].queue().release();
    queues.push_back(links_[i].take_queue());
  }
  return queues;
}

std::optional<net::IpAddress> Worker::silent_router() const {
  for (const Link& link : links_) {
    if (link.silent_router()) return link.silent_router();
  }
  return std::nullopt;
}

// Returns the time before which whatever was probed has been answered, or will not be.
Instant Worker::sure_until(Instant now) const {
  const Instant left = all_left(now);
  const bool is_sure = has_ended(now) && left == now;
  if (is_sure) return Instant::max();
  const Instant answered = std::min(now - kInFlight, left);
  const auto oldest = conversations_.oldest();
  return oldest ? std::min(answered, *oldest - kInFlight) : answered;
}

void Worker::publish(Instant now) {
  watch_stalls(now);
  // A finished scan is exact; before, turns within kInFlight do not count.
  prober_.mark(now);
  const bool is_at_end = has_ended(now);
  const Instant sure = sure_until(now);
  const bool is_over = has_heard_all() && !prober_.is_stopped();
  const bool is_known = has_heard_all() || !is_held_up_;
  for (unsigned round = 0; round < asked_.size() && is_known; ++round) {
    const std::uint64_t turn = is_over ? prober_.total() : prober_.asked(round, sure);
    asked_[round].store(worker_share_.shard_turn(turn), std::memory_order_release);
  }
  tally_.behind = pacer_.missed();
  tally_.canaries_sent = canaries_.sent();
  tally_.unchecked = canaries_.unchecked();
  tally_.refused = tally_.buffer_full = tally_.discarded = 0;
  tally_.received = tally_.kernel_drops = 0;
  for (Link& link : links_) {
    const nic::QueueCounters counters = link.counters();
    tally_.refused += counters.refused;
    tally_.buffer_full += counters.buffer_full;
    tally_.discarded += counters.discarded;
    const bool lacks_probes = is_at_end && are_probes_queued_ && !has_heard_all();
    if (lacks_probes) tally_.discarded += link.queue().queued();  // they are never sent
    tally_.received += counters.received;
    tally_.kernel_drops += counters.kernel_drops;
  }
  published_.store({
      .tally = tally_,
      .started = prober_.started(),
      .is_sending = is_over || prober_.is_done() ? 0u : 1u,
      .wait_ends_ns = reply_timeout_.deadline().time_since_epoch().count(),
      .refused_responses = responder_.refused_responses().summary(),
      .silent_router = AddressWords(silent_router()),
      .stuck_link = stuck_link(now),
  });
}

}  // namespace masscan::engine
