// One thread's share of a scan: asks its slice of the plan and judges the answers.
//
// A worker shares nothing with the others. It reads no clock: `poll(now)` does a bounded amount of
// work and returns, so the same worker runs on real time over a packet socket and on simulated
// time over a simulated internet. Records leave through a ring, numbers through `status`.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/spsc_ring.h"
#include "base/time.h"
#include "engine/link.h"
#include "engine/pace/answer_share.h"
#include "engine/pace/pacer.h"
#include "engine/pace/refused_answers.h"
#include "engine/pace/reply_timeout.h"
#include "engine/pace/send_stall.h"
#include "engine/plan.h"
#include "engine/prober.h"
#include "engine/published.h"
#include "engine/responder.h"
#include "engine/shared_controls.h"
#include "record/record.h"

namespace masscan::engine {

// What a worker tells the world while it works.
struct WorkerStatus {
  engine::Tally tally;
  std::uint64_t started = 0;      // turns asked at least once
  std::uint64_t is_sending = 1;   // 0: waiting for answers
  std::int64_t wait_ends_ns = 0;  // of the steady clock; meaningful while waiting
  RefusedAnswers::Summary refused_answers;
  AddressWords silent_router;  // that it waits for
  // The number, from 1 on, of a link that takes no frames any more, though probes wait for it; 0:
  // there is none.
  std::uint64_t stuck_link = 0;
};

class Worker {
 public:
  // Frames sent between two looks at what arrived.
  static constexpr std::size_t kBatch = 256;
  // Records on their way to the writer; with three quarters taken the worker stops asking, and when
  // there is no room at all, it takes no more frames.
  static constexpr std::size_t kRecords = std::size_t{1} << 14;
  // So long after a link has lost its carrier the kernel may tell.
  static constexpr Duration kOutageUnnoticed = 1s;
  // Answers are taken to arrive within this, as far as a scan that dies is concerned.
  static constexpr Duration kInFlight = 500ms;

  // `plan` must outlive the worker; queue i is for link i of the plan.
  static Result<std::unique_ptr<Worker>> open(const Plan& plan, unsigned number,
                                              std::vector<std::unique_ptr<nic::QueuePair>> queues);

  // Takes what arrived and the writer has room for, sends what is due.
  void poll(Instant now);
  // Ask nothing new; wait for answers at most `longest`.
  void stop(Duration longest);
  // What holds from now on, but for the urgency. A paused worker asks nothing new, takes answers
  // and does not lose its patience. One that is held sends nothing at all; what an outage may have
  // lost is asked again.
  void apply(const Directives& directives, Instant now);
  bool is_done(Instant now) const;
  // Something has arrived that cannot be taken before the writer has more room.
  bool is_stuck() const;
  // When `poll` has work again, unless a frame arrives earlier.
  Instant next_event(Instant now);

  std::vector<Link>& links() { return links_; }
  // The queues it was opened with, for another worker. The last call.
  std::vector<std::unique_ptr<nic::QueuePair>> take_queues();
  // Consumer side: the writer's.
  SpscRing<record::Record>& records() { return records_; }
  // Makes the latest numbers visible; `poll` does so now and then.
  void publish(Instant now);
  // What was found before this scan began, so that it is not found again. Before the first `poll`.
  void remember(const record::Record& record);
  // From any thread.
  WorkerStatus status() const { return published_.load(); }
  // The turn of the shard before which this worker has nothing left to ask in that round. What was
  // asked within the last kInFlight counts as not asked: if we die now, its answers are lost. What
  // the other turns found is in `records` already. From any thread.
  std::uint64_t asked(unsigned round) const {
    return asked_[round].load(std::memory_order_acquire);
  }

 private:
  Worker(const Plan& plan, unsigned number, std::vector<Link> links, Answers answers,
         AnswerLimit limit);
  void receive(Instant now);
  void watch_queues(Instant now);
  void watch_stalls(Instant now);
  std::uint64_t stuck_link(Instant now) const;
  Instant all_left(Instant now) const;
  std::size_t allowed(Instant now);
  bool has_heard_all() const;
  bool writer_is_behind() const;
  bool has_work(Instant now) const;
  void watch_routers(Instant now);
  void set_pace();
  std::optional<net::IpAddress> silent_router() const;
  bool rests() const { return directives_.is_paused || directives_.is_held; }

  std::vector<Link> links_;
  engine::Tally tally_;
  Answers answers_;
  ReplyTimeout reply_timeout_;
  SpscRing<record::Record> records_;
  std::vector<std::span<const nic::RxFrame>> unread_;  // by link: received, and not released yet
  bool is_held_up_ = false;        // not all that has arrived may have been taken
  std::vector<SendStall> stalls_;  // by link
  Responder responder_;
  Prober prober_;
  Pacer pacer_;
  AnswerShare answer_share_;
  SendLog handed_log_;              // of frames handed to queues, whatever they are
  std::uint64_t handed_ = 0;        // so many
  std::size_t backlog_ = 0;         // what has not left yet, at the last look
  Instant backlog_changed_{};       // when it was another one last
  bool are_probes_queued_ = false;  // some of them may be
  bool has_checked_ = false;        // the routers, after the last probe
  Directives directives_;
  double share_;  // of the rate of all workers
  Instant next_publish_{};
  WorkerShare worker_share_;
  Published<WorkerStatus> published_;
  std::vector<std::atomic<std::uint64_t>> asked_;  // by round
};

}  // namespace masscan::engine
