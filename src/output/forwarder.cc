#include "output/forwarder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/file.h"

namespace masscan::output {
namespace {

// Pause between two batches that are not full, because each costs the disk and the server some
// work.
constexpr Duration kBatchInterval = 100ms;
// First and longest delay between attempts.
constexpr Duration kFirstDelay = 100ms;
constexpr Duration kLastDelay = 5s;
// At the end, a server that accepts nothing for this long is given up.
constexpr Duration kGrace = 3s;

Instant end_of(Instant begin, Duration length) {
  return length > Instant::max() - begin ? Instant::max() : begin + length;
}

}  // namespace

Result<std::unique_ptr<Forwarder>> Forwarder::start(const Spool& spool,
                                                    std::unique_ptr<Database> database) {
  TRY(database->prepare());
  std::unique_ptr<Forwarder> forwarder(new Forwarder(spool, std::move(database)));
  forwarder->thread_ = TRY(Thread::start(
      "courier", [owner = forwarder.get()](const std::stop_token&) { owner->work(); }));
  return forwarder;
}

Forwarder::~Forwarder() {
  if (thread_.is_there()) static_cast<void>(finish({}, {}, {}).has_value());
}

void Forwarder::wake() {
  const std::scoped_lock lock(mutex_);
  has_more_ = true;
  changed_.notify_all();
}

std::optional<std::string> Forwarder::take_warnings() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(warning_, std::nullopt);
}

Result<void> Forwarder::finish(Duration timeout, Duration reach, const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    is_finishing_ = true;
    told_to_finish_ = now();
    deadline_ = end_of(told_to_finish_, timeout);
    changed_.notify_all();
  }
  wait_for_end(reach, stop);
  database_->interrupt();
  thread_.join();
  if (stop.stop_requested()) return run_error("interrupted");
  return std::move(last_try_);
}

// Waits until the thread has ended or must end.
void Forwarder::wait_for_end(Duration reach, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  for (bool has_changed = true; has_changed && !has_ended_;) {
    const bool was_reached = is_reached_;
    const Instant end = was_reached ? deadline_ : end_of(std::max(told_to_finish_, lost_), reach);
    has_changed = changed_.wait_until(lock, stop, std::min(end, deadline_),
                                      [&] { return has_ended_ || is_reached_ != was_reached; });
  }
  deadline_ = Instant::min();
  changed_.notify_all();
}

void Forwarder::work() {
  deliver_all();
  const std::scoped_lock lock(mutex_);
  has_ended_ = true;
  changed_.notify_all();
}

void Forwarder::deliver_all() {
  Duration delay = kFirstDelay;
  Instant last_success = now();
  do {
    last_try_ = deliver_batch();
    note_reached(last_try_.has_value());
    if (last_try_) {
      delay = kFirstDelay;
      last_success = now();
      wait_for_more();
    } else {
      note_failure(last_try_.error(), delay == kFirstDelay);
      pause(delay);
      delay = std::min(2 * delay, kLastDelay);
    }
  } while (!is_over(last_success));
}

// Flushes the spool before delivery: if a delivered result were lost here, another one would get
// its number.
Result<void> Forwarder::deliver_batch() {
  const Batch batch = TRY(reader_.next());
  if (!batch.entries.empty() && !sync_data(spool_.fd())) {
    return run_error("cannot write to the spool {}: {}", spool_.path(), last_system_error());
  }
  TRY(database_->deliver(batch));
  return reader_.mark_delivered();
}

// The first failure may be a connection that was idle for too long; it is reconnected at once.
void Forwarder::note_failure(const Error& error, bool is_first) {
  const std::scoped_lock lock(mutex_);
  if (is_first || was_told_) return;
  was_told_ = true;
  warning_ = fmt::format("{}: {}; results are kept in {} until it takes them", database_->kind(),
                         error.message, spool_.path());
}

void Forwarder::note_reached(bool is_reached) {
  const std::scoped_lock lock(mutex_);
  if (is_reached_ == is_reached) return;
  if (!is_reached) lost_ = now();
  is_reached_ = is_reached;
  changed_.notify_all();
}

bool Forwarder::is_over(Instant last_success) {
  const std::scoped_lock lock(mutex_);
  if (!is_finishing_) return false;
  const Instant present = now();
  return reader_.is_at_end() || present >= deadline_ ||
         present >= std::max(last_success, told_to_finish_) + kGrace;
}

// Waits for a new result, then shortly for more of them.
void Forwarder::wait_for_more() {
  if (!reader_.is_at_end()) return;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return has_more_ || is_finishing_; });
  has_more_ = false;
  changed_.wait_for(lock, kBatchInterval, [this] { return is_finishing_; });
}

void Forwarder::pause(Duration longest) {
  std::unique_lock lock(mutex_);
  const bool was_finishing = is_finishing_;
  changed_.wait_for(lock, longest,
                    [&] { return is_finishing_ != was_finishing || now() >= deadline_; });
}

}  // namespace masscan::output
