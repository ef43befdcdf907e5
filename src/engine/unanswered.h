// Reports the targets that did not answer, if the user asked for them and silence means that they
// are open or filtered (Kind::silence_may_be_open). Walks the turns of one worker once, when no
// answer is awaited any more.
// Owner: Worker. Thread: the worker's.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.h"
#include "engine/answers.h"
#include "engine/link.h"
#include "engine/plan.h"
#include "engine/tally.h"
#include "record/record.h"

namespace masscan::engine {

class Unanswered {
 public:
  // All references are borrowed from the worker.
  Unanswered(const Plan& plan, WorkerShare worker_share, std::span<Link> links,
             const Answers& answers)
      : plan_(plan), worker_share_(worker_share), links_(links), answers_(answers) {}

  // False: nothing is to be reported.
  bool is_wanted() const { return plan_.reports_silence && plan_.is_answered; }
  bool has_begun() const { return has_begun_; }
  bool is_done() const { return !is_wanted() || (has_begun_ && next_ == end_); }
  // The turns from `first` to before `end` have been probed as often as planned.
  void begin(std::uint64_t first, std::uint64_t end);
  // Examines the next turn. Returns a record if its target was probed and did not answer. The
  // record has no time: a worker reads no clock.
  // REQUIRES: begun, not done.
  std::optional<record::Record> next(const targets::AddressSet* excludes, Instant now);

 private:
  bool is_silent_kind(net::Port port) const;
  bool was_probed(const net::IpAddress& address, const targets::AddressSet* excludes, Instant now);

  const Plan& plan_;
  WorkerShare worker_share_;
  std::span<Link> links_;
  const Answers& answers_;
  bool has_begun_ = false;
  std::uint64_t next_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace masscan::engine
