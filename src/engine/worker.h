// Runs one thread's share of a scan: sends its probes and processes the replies.
//
// Workers share no mutable state. A worker reads no clock: `poll(now)` does a bounded amount of
// work and returns, so that the same code runs on real time with packet sockets and on simulated
// time in a simulated network. Records leave through a ring, counters through `status`.
// Thread: the worker's, unless noted.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/spsc_ring.h"
#include "base/time.h"
#include "engine/canaries.h"
#include "engine/conversations.h"
#include "engine/findings.h"
#include "engine/link.h"
#include "engine/pace/pacer.h"
#include "engine/pace/refused_responses.h"
#include "engine/pace/reply_timeout.h"
#include "engine/pace/response_share.h"
#include "engine/pace/send_stall.h"
#include "engine/plan.h"
#include "engine/prober.h"
#include "engine/published.h"
#include "engine/responder.h"
#include "engine/shared_controls.h"
#include "engine/unanswered.h"
#include "record/record.h"

namespace masscan::engine {

// Progress of a worker, for other threads.
struct WorkerStatus {
  engine::Tally tally;
  std::uint64_t started = 0;      // turns taken at least once
  std::uint64_t is_sending = 1;   // 0: waiting for replies
  std::int64_t wait_ends_ns = 0;  // on the steady clock; meaningful while waiting
  RefusedResponses::Summary refused_responses;
  AddressWords silent_router;  // one that the worker waits for
  // Number, counted from 1, of a link that sends no frames although probes are queued; 0: none.
  std::uint64_t stuck_link = 0;
};

class Worker {
 public:
  // Maximum number of frames sent between two receptions.
  static constexpr std::size_t kBatch = 256;
  // When a ring to the writer is three quarters full, no probes are sent. When it is full, no
  // frames are taken.
  static constexpr std::size_t kRecords = Findings::kRecords;
  // The kernel may report a lost carrier this much later.
  static constexpr Duration kOutageUnnoticed = 1s;
  // Replies are assumed to arrive within this time, for checkpoints and repeated turns.
  static constexpr Duration kInFlight = 500ms;

  // `plan` must outlive the worker; queues[i] belongs to link i of the plan.
  static Result<std::unique_ptr<Worker>> open(const Plan& plan, unsigned number,
                                              std::vector<std::unique_ptr<nic::QueuePair>> queues);

  // Processes received frames while the writer has room, and sends what is due.
  void poll(Instant now);
  // Starts no further turns; waits for replies at most `longest`.
  void stop(Duration longest);
  // Applies the rate, pause, outages and excludes; run_worker handles StopMode. While paused, no
  // probes are sent, replies are still processed, and the reply timeout does not run. While held,
  // nothing is sent. After an outage, probes that may have been lost are sent again.
  void apply(const Directives& directives, Instant now);
  // Hands on the results that wait for something, as far as the writer has room. For a scan that
  // ends at once.
  void release_kept() { conversations_.release_kept(findings_); }
  bool is_done(Instant now) const;
  // True if received frames have to wait for room in `records`.
  bool is_stuck() const;
  // Returns when `poll` next has work, unless a frame arrives earlier.
  Instant next_event(Instant now);

  std::vector<Link>& links() { return links_; }
  // Moves the queues out, for another worker. Must be the last call.
  std::vector<std::unique_ptr<nic::QueuePair>> take_queues();
  // The rings to the writer.
  // Thread: the writer's, as its consumer.
  SpscRing<record::Record>& records() { return findings_.records; }
  SpscByteRing& messages() { return findings_.messages; }
  // Makes the latest numbers visible to `status` and `asked`. `poll` calls it regularly.
  void publish(Instant now);
  // Marks a record of an earlier scan as reported.
  // REQUIRES: called before the first `poll`.
  void remember(const record::Record& record);
  // Thread: any.
  WorkerStatus status() const { return published_.load(); }
  // Returns the shard turn before which this worker has completed that round. Turns taken within
  // the last kInFlight do not count: if the process dies now, their replies are lost. The results
  // of the others are in `records`.
  // Thread: any.
  std::uint64_t asked(unsigned round) const {
    return asked_[round].load(std::memory_order_acquire);
  }

 private:
  Worker(const Plan& plan, unsigned number, std::vector<Link> links, Answers answers,
         Canaries canaries, ResponseLimit limit, Conversations conversations);
  void receive(Instant now);
  void watch_queues(Instant now);
  void watch_stalls(Instant now);
  std::uint64_t stuck_link(Instant now) const;
  bool has_ended(Instant now) const;
  void report_unanswered(Instant now);
  Instant sure_until(Instant now) const;
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
  Canaries canaries_;
  ReplyTimeout reply_timeout_;
  Findings findings_;
  Conversations conversations_;
  std::vector<std::span<const nic::RxFrame>> unread_;  // by link: received but not released
  bool is_held_up_ = false;                            // received frames may be waiting
  std::vector<SendStall> stalls_;                      // by link
  Responder responder_;
  Prober prober_;
  Unanswered unanswered_;
  Pacer pacer_;
  ResponseShare response_share_;
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
