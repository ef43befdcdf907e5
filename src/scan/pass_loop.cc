#include "scan/pass_loop.h"

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/thread.h"
#include "base/unique_fd.h"
#include "engine/pace/rate_check.h"
#include "engine/pace/rate_finder.h"
#include "engine/worker.h"
#include "engine/worker_loop.h"
#include "scan/checkpointer.h"
#include "scan/fake_finder.h"
#include "scan/found_before.h"
#include "scan/pass.h"
#include "setup/router_resolution.h"

namespace masscan::scan {

namespace {

// Polling interval of the main loop.
constexpr Duration kTick = 50ms;

// Empties the result files when nothing can prevent the first packet any more, so a scan that
// cannot begin keeps the results of the last one.
Result<void> begin(Run& run) {
  if (run.has_begun) return {};
  TRY(run.interrupts.allow_graceful_end());
  run.has_begun = true;
  TRY(run.outputs.begin());
  return run.queues.begin_capture();
}

// Adds the results of the interrupted scan to every output, and tells the workers. Outputs are read
// after they have begun, because before that one may end in half a record.
Result<void> remember_found(const setup::Config& config, Run& run,
                            std::span<const std::unique_ptr<engine::Worker>> workers) {
  if (!config.resume_point) return {};
  return restore_found(config.output, config.resume_point->began, run.outputs,
                       [&](const record::Record& record) {
                         for (const auto& worker : workers) worker->remember(record);
                       });
}

setup::ResumePoint resume_origin(const setup::Config& config, const engine::Plan& plan) {
  const auto present = static_cast<std::uint64_t>(record::unix_seconds(wall_now()));
  const auto began = config.resume_point ? config.resume_point->began : present;
  return {.plan = plan.fingerprint(), .began = began, .turns = {}};
}

// The threads of one pass, and the main loop.
class PassLoop {
 public:
  // Both arguments are borrowed.
  PassLoop(Pass& pass, Run& run) : pass_(pass), run_(run) {
    const setup::Config& config = pass.config;
    const engine::Plan& plan = pass.plan;
    run.control_loop.attach(run.controls, pass.monitor);
    if (config.finds_rate) finder_.emplace(plan.rate_pps);
    // Retries find what the first probes lost, and an infinite scan repeats all probes.
    const bool is_judged = !config.finds_rate && plan.rounds == 1 && !config.infinite;
    if (is_judged) check_.emplace(plan.probes());
  }

  // Starts all threads, which wait at the gate, or none.
  Result<void> start(std::optional<CheckpointFile> checkpoint) {
    std::optional<FakeFinder> finder;
    if (pass_.config.output.marks_suspects) {
      finder = TRY(FakeFinder::open(pass_.plan, pass_.suspects));
    }
    pass_.writer =
        TRY(Writer::start(pass_.workers, run_.outputs, run_.controls, pass_.gate, std::move(finder),
                          pass_.plan.conversations.settings, pass_.config.raw_udp));
    if (checkpoint) {
      checkpointer_ =
          TRY(Checkpointer::start(std::move(*checkpoint), resume_origin(pass_.config, pass_.plan),
                                  pass_, run_.hooks.write_config));
    }
    for (const auto& worker : pass_.workers) {
      threads_.push_back(TRY(Thread::start("worker", pass_.gate, [&](const std::stop_token&) {
        engine::run_worker(*worker, run_.controls);
        running_.fetch_sub(1, std::memory_order_release);
      })));
    }
    return {};
  }

  // Runs from the first packet to the last result.
  Result<void> run() {
    pass_.gate.open();
    work();
    watch_queues();
    run_.was_interrupted = run_.interrupts.graceful_stop().stop_requested();
    Result<void> written = pass_.writer->finish();
    const bool is_last = !pass_.config.infinite || run_.is_stopped() || !written;
    if (is_last) pass_.monitor.summarize(now());
    const auto warning =
        check_ ? check_->message(pass_.monitor.progress_sample().counters) : std::nullopt;
    if (warning) say("warning", *warning);
    if (checkpointer_) written = finish_checkpoint(std::move(written));
    if (is_last) pass_.monitor.finish(now());
    run_.earlier = pass_.monitor.earlier_passes();
    return written ? verdict() : std::move(written);
  }

 private:
  void work() {
    while (running_.load(std::memory_order_acquire) > 0) attend(kTick);
    while (!pass_.writer->end(kTick)) attend(Duration{0});
  }

  void attend(Duration longest) {
    run_.control_loop.serve(longest, run_.guard ? run_.guard->poll_fd() : -1);
    watch_links();
    watch_queues();
    uphold_firewall();
    pass_.monitor.tick(now());
    steer(now());
    for (const std::string& warning : run_.outputs.take_warnings()) say("note", warning);
  }

  void watch_links() {
    if (!run_.guard) return;
    for (const std::string& warning :
         run_.guard->update(run_.controls, pass_.monitor.silent_router(), now())) {
      say("note", warning);
    }
    pass_.monitor.set_trouble(run_.guard->trouble());
  }

  // Ends the scan when a link takes no frames any more; the frames queued there are asked by the
  // next run.
  void watch_queues() {
    if (!stuck_link_) stuck_link_ = pass_.monitor.stuck_link();
    if (stuck_link_) run_.controls.request_stop(engine::StopMode::kGraceful);
  }

  // Errors: the scan is incomplete because a link was deleted or takes no frames.
  Result<void> verdict() const {
    const bool is_complete = !run_.is_resumable && pass_.monitor.progress_sample().left == 0 &&
                             !pass_.monitor.stuck_link();
    if (is_complete) return {};
    if (run_.guard) TRY(run_.guard->verdict());
    if (!stuck_link_ || run_.was_interrupted) return {};
    return run_error(
        "{}: the kernel takes no frames any more, and the rest of the targets cannot be asked{}",
        printable(pass_.plan.links[*stuck_link_].interface),
        run_.is_resumable ? ": continue the scan with --resume when it takes them again" : "");
  }

  // Installs the rule again if the child that holds it was killed.
  void uphold_firewall() {
    std::optional<host::Firewall>& firewall = run_.firewall;
    if (!firewall || firewall->is_held()) return;
    const Result<void> renewed = firewall->renew();
    if (renewed) {
      say("note", "nft, which kept the kernel's resets away, was killed: another does so now");
    } else {
      say("note", renewed.error().message);
      firewall.reset();
    }
  }

  // Searches for the rate, or checks the fixed one. A rate set by the user during the scan ends
  // both; a pause ends the check.
  void steer(Instant now) {
    const engine::Directives directives = run_.controls.directives();
    if (finder_ && directives.rate_pps != finder_->rate_pps()) finder_.reset();
    const bool rests = directives.is_paused || directives.is_held;
    const bool is_even = directives.rate_pps == pass_.plan.rate_pps && !rests;
    if (!is_even) check_.reset();
    run_.controls.set_probe_rate(check_ ? check_->probe_rate_pps() : engine::Pacer::kUnlimited);
    const ProgressSample progress = pass_.monitor.progress_sample();
    const bool is_asking = progress.is_asking && !rests;
    if (finder_ && !is_asking) finder_->interrupt();
    if (!is_asking) return;
    if (finder_ && finder_->update(progress.counters, now)) say("note", finder_->message());
    if (finder_) run_.controls.set_rate(finder_->rate_pps());
    if (check_) check_->update(progress.counters, progress.left, now);
  }

  Result<void> finish_checkpoint(Result<void> written) {
    std::optional<std::vector<UniqueFd>> results;
    if (written) {
      if (auto files = run_.outputs.files()) results = std::move(files).value();
    }
    run_.is_resumable = checkpointer_->finish(results);
    run_.finished = checkpointer_->take_finished();
    Result<void> kept = checkpointer_->outcome();
    return written ? std::move(kept) : std::move(written);
  }

  void say(std::string_view kind, std::string_view sentence) {
    pass_.monitor.say(fmt::format("{}: {}\n", kind, sentence));
  }

  Pass& pass_;
  Run& run_;
  std::optional<engine::RateFinder> finder_;
  std::optional<engine::RateCheck> check_;
  std::optional<std::size_t> stuck_link_;
  std::atomic<std::size_t> running_ = pass_.workers.size();
  std::unique_ptr<Checkpointer> checkpointer_;  // null: no checkpoint
  std::vector<Thread> threads_;                 // of the workers
};

}  // namespace

Result<void> run_pass(const setup::Config& config, const engine::Plan& plan, Run& run) {
  std::vector<std::unique_ptr<engine::Worker>> workers;
  for (unsigned number = 0; number < plan.workers; ++number) {
    workers.push_back(TRY(engine::Worker::open(plan, number, std::move(run.free_queues[number]))));
  }
  TRY(setup::resolve_routers(plan, *workers.front(), run.interrupts.immediate_stop()));
  Pass pass{.config = config,
            .plan = plan,
            .controls = run.controls,
            .interrupts = run.interrupts,
            .outputs = run.outputs,
            .earlier = run.earlier,
            .workers = std::move(workers)};
  PassLoop loop(pass, run);
  TRY(loop.start(std::exchange(run.checkpoint, std::nullopt)));
  TRY(begin(run));
  TRY(remember_found(config, run, pass.workers));
  TRY(loop.run());
  for (unsigned number = 0; number < plan.workers; ++number) {
    run.free_queues[number] = pass.workers[number]->take_queues();
  }
  return {};
}

}  // namespace masscan::scan
