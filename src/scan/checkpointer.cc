#include "scan/checkpointer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/time.h"

namespace masscan::scan {

namespace {

// A shorter scan leaves no file.
constexpr Duration kFirstAfter = 1s;
// Together with Worker::kInFlight, less than one second's probes are repeated.
constexpr Duration kEvery = 200ms;

}  // namespace

std::string resume_command(const CheckpointFile& file) {
  return fmt::format("masscan --resume {}", printable(file.path()));
}

Result<std::unique_ptr<Checkpointer>> Checkpointer::start(CheckpointFile file,
                                                          setup::ResumePoint origin, Pass& pass,
                                                          const WriteConfig& write_config) {
  std::unique_ptr<Checkpointer> checkpointer(
      new Checkpointer(std::move(file), std::move(origin), pass, write_config));
  checkpointer->thread_ = TRY(Thread::start(
      "checkpoint", pass.gate,
      [owner = checkpointer.get()](const std::stop_token& stop) { owner->work(stop); }));
  return checkpointer;
}

void Checkpointer::work(const std::stop_token& stop) {
  // A resumed scan has a file already, and new excludes must be added to it at once.
  const Duration first = pass_.config.resume_point ? Duration{0} : kFirstAfter;
  for (Duration nap = first; !has_failed_ && wait(nap, stop); nap = kEvery) {
    const CheckpointFile::State reached = state();
    const auto files = pass_.writer->write_all(stop);
    if (!files) continue;  // some results are not safe: the last state stays
    save(reached, *files);
  }
}

// Returns false if a stop was requested.
bool Checkpointer::wait(Duration longest, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  stopped_.wait_for(lock, stop, longest, [] { return false; });
  return !stop.stop_requested();
}

// Forces results to the disk before the resume point, so a point never claims more. A failed sync
// ends the scan, as a full disk does.
void Checkpointer::save(const CheckpointFile::State& state, std::span<const UniqueFd> results) {
  if (outcome_) outcome_ = output::sync_results(results);
  if (!outcome_) {
    has_failed_ = true;
    return pass_.controls.request_stop(engine::StopMode::kGraceful);
  }
  const Result<void> written = write(state);
  if (written) return;
  has_failed_ = true;
  pass_.monitor.say(
      fmt::format("note: {}; the scan continues without it\n", written.error().message));
}

Result<void> Checkpointer::write(CheckpointFile::State state) {
  const targets::AddressSet* excludes = excludes_.latest();
  if (file_.is_in_place() && excludes_.generation() == written_excludes_) {
    TRY(file_.update(state));
  } else {
    setup::Config config = pass_.config;
    config.resume_point.reset();  // of the run before
    if (excludes != nullptr) config.late_excludes = *excludes;
    config.late_excludes.subtract(config.excludes);
    const WrittenConfig settings = write_config_(config);
    state.point.settings = origin_.settings = settings.sum;
    TRY(file_.create(state, settings.text));
    pass_.interrupts.set_resume_command(resume_command(file_));
    written_excludes_ = excludes_.generation();
  }
  saved_ = std::move(state);
  return {};
}

// Returns true if there is a file to resume from. A file that was removed is written again with the
// last state.
bool Checkpointer::is_kept() {
  return file_.is_in_place() || (saved_ && write(*saved_) && file_.is_in_place());
}

CheckpointFile::State Checkpointer::state() const {
  const engine::Plan& plan = pass_.plan;
  const std::uint64_t end = plan.last_turn();
  CheckpointFile::State state{.point = origin_};
  const double share = 1 / (static_cast<double>(end) * plan.rounds);
  for (unsigned round = 0; round < plan.rounds; ++round) {
    std::uint64_t turn = end;
    for (const auto& worker : pass_.workers) turn = std::min(turn, worker->asked(round));
    state.point.turns.push_back(turn);
    state.done += static_cast<double>(turn) * share;
  }
  return state;
}

bool Checkpointer::finish(const std::optional<std::vector<UniqueFd>>& results) {
  thread_.request_stop();
  thread_.join();
  const CheckpointFile::State reached = state();
  is_complete_ = results && reached.point.turns.back() == pass_.plan.last_turn();
  if (is_complete_ && outcome_) return false;
  if (results && !is_complete_ && !has_failed_) save(reached, *results);
  if (is_kept()) {
    pass_.monitor.say(fmt::format("the scan is {:.2f} % done; to continue: {}\n",
                                  saved_->done * 100, resume_command(file_)));
    return true;
  }
  if (!is_complete_) {
    pass_.monitor.say(
        fmt::format("the scan is {:.2f} % done and cannot be resumed: there is no checkpoint\n",
                    reached.done * 100));
  }
  return false;
}

std::optional<CheckpointFile> Checkpointer::take_finished() {
  return is_complete_ && outcome_ ? std::optional(std::move(file_)) : std::nullopt;
}

Result<void> Checkpointer::outcome() { return std::move(outcome_); }

}  // namespace masscan::scan
