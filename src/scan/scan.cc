#include "scan/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/resource_limits.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/unique_fd.h"
#include "control/interrupts.h"
#include "engine/deduplicator.h"
#include "engine/pace/rate_check.h"
#include "engine/pace/rate_finder.h"
#include "engine/plan.h"
#include "engine/shared_controls.h"
#include "engine/worker.h"
#include "engine/worker_loop.h"
#include "host/firewall.h"
#include "output/outputs.h"
#include "scan/checkpoint_file.h"
#include "scan/checkpointer.h"
#include "scan/control_loop.h"
#include "scan/found_before.h"
#include "scan/link_guard.h"
#include "scan/monitor.h"
#include "scan/writer.h"
#include "setup/make_plan.h"
#include "setup/queues.h"
#include "setup/route_plan.h"

namespace masscan::scan {

namespace {

// Whether the workers have ended is looked at this often.
constexpr Duration kTick = 50ms;
// With servers that take results more slowly than they were found; and when the user wants the end
// at once, or soon and the server cannot be reached (a name server may be dead).
constexpr Duration kCloseTimeout = 30s;
constexpr Duration kShortCloseTimeout = 300ms;
// Besides the results a second time, which are forced to the disk then: what a running scan opens
// now and then, such as the checkpoint, its directory, connections of servers and clients.
constexpr std::size_t kSpareDescriptors = 8;

// Our addresses that the kernel owns too, and so would answer for where it sees the replies.
std::vector<net::IpAddress> shared_sources(const engine::Plan& plan) {
  std::vector<net::IpAddress> shared;
  for (const engine::LinkPlan& link : plan.links) {
    if (link.hides_replies) continue;
    for (const net::AddressRange& range : link.sources) {
      const bool is_spoofed =
          std::find(link.spoofed.begin(), link.spoofed.end(), range) != link.spoofed.end();
      if (!is_spoofed) shared.push_back(range.first);
    }
  }
  return shared;
}

bool is_real(const setup::Config& config) {
  return !config.offline && config.network.interface != "sim";
}

format::DocumentInfo document_info(const setup::Config& config, const engine::Plan& plan,
                                   int interruption) {
  return {.began = wall_now(),
          .ports = plan.space.ports().ranges(),
          .stylesheet = config.output.stylesheet,
          .columns = config.output.columns,
          .compression = config.output.compression,
          .excludes = output::shown_excludes(config.output, config.excludes),
          .interruption = interruption};
}

// With more probes per worker than it remembers answers of (engine::Deduplicator).
void note_repeats(engine::Plan& plan) {
  if (engine::Deduplicator::is_exact_for(plan.share_of(0).count())) return;
  plan.notes.push_back(fmt::format(
      "the plan is too large to remember every answer: one that comes again after {} others is "
      "reported again",
      engine::Deduplicator::kWindow));
}

// The kernel's resets, kept away while the scan lasts; a note if that cannot be.
std::optional<host::Firewall> open_firewall(const setup::Config& config, engine::Plan& plan) {
  const std::vector<net::IpAddress> shared = shared_sources(plan);
  if (!is_real(config) || shared.empty() || !config.network.firewall) return std::nullopt;
  Result<host::Firewall> firewall = host::Firewall::open(shared, plan.source_ports);
  if (firewall) return std::move(firewall).value();
  plan.notes.push_back(firewall.error().message);
  return std::nullopt;
}

// The links are watched; a note if that cannot be.
std::optional<LinkGuard> open_guard(const setup::Config& config, engine::Plan& plan) {
  if (!is_real(config)) return std::nullopt;
  Result<LinkGuard> guard = LinkGuard::open(plan);
  if (guard) return std::move(guard).value();
  plan.notes.push_back(guard.error().message);
  return std::nullopt;
}

// A scan that goes on must be the one that was begun.
Result<void> check_resume_point(const setup::Config& config, const engine::Plan& plan) {
  const auto& point = config.resume_point;
  if (!point) return {};
  if (point->plan == plan.fingerprint() && point->turns.size() == config.retries + 1) return {};
  return usage_error(
      "--resume: this is not the scan that was interrupted: leave targets, ports, seed, shard and "
      "retries as they were; only more excludes may be added");
}

bool keeps_checkpoint(const setup::Config& config) {
  return !config.checkpoint.empty() && !config.offline;
}

// What outlives a walk over the targets; an infinite scan has many of them.
struct Run {
  const Hooks& hooks;
  control::Interrupts& interrupts;
  ControlInputs inputs;
  output::Outputs outputs;
  setup::Queues& backends;
  engine::SharedControls controls;
  std::optional<host::Firewall> firewall;
  std::optional<LinkGuard> guard;
  // By worker, and then by link, while no worker has them.
  std::vector<std::vector<std::unique_ptr<nic::QueuePair>>> queues;
  EarlierPasses earlier;
  bool has_begun = false;
  bool was_interrupted = false;              // while it asked
  std::optional<CheckpointFile> checkpoint;  // of the next walk
  bool goes_on = false;                      // there is a checkpoint
  std::optional<CheckpointFile> finished;    // of a complete walk, until its results are safe

  bool is_stopped() const { return controls.directives().stop_mode != engine::StopMode::kNone; }
};

// A scan that cannot begin leaves the results of the last one alone: these files are emptied when
// nothing can hinder the first packet any more.
Result<void> begin(Run& run) {
  if (run.has_begun) return {};
  TRY(run.interrupts.let_end_in_order());
  run.has_begun = true;
  TRY(run.outputs.begin());
  return run.backends.begin_capture();
}

// What the interrupted scan found is not found again, and is in every output. What these have is
// known once they have begun: before, the end of one may be half a record.
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

// Before anything is sent, and before the results of another scan are touched. Where nobody asked
// for a checkpoint, and none can be kept, a note says so.
Result<std::optional<CheckpointFile>> open_checkpoint(const setup::Config& config,
                                                      engine::Plan& plan) {
  if (!keeps_checkpoint(config)) return std::optional<CheckpointFile>();
  const bool is_chosen = config.resume_point || config.checkpoint != setup::Config().checkpoint;
  Result<CheckpointFile> file =
      CheckpointFile::open(config.checkpoint, is_chosen, plan.fingerprint());
  if (file) return std::optional(std::move(file).value());
  if (is_chosen) return std::move(file).error();
  plan.notes.push_back(
      fmt::format("{}; if this scan is interrupted, it cannot be resumed", file.error().message));
  return std::optional<CheckpointFile>();
}

// The threads of one walk, and the main loop beside them.
class Pass {
 public:
  // Everything is borrowed.
  Pass(const setup::Config& config, const engine::Plan& plan,
       const std::vector<std::unique_ptr<engine::Worker>>& workers, Run& run)
      : config_(config),
        plan_(plan),
        run_(run),
        workers_(workers),
        monitor_(plan, config.output, workers_, run.earlier),
        control_loop_(run.inputs, run.controls, monitor_) {
    if (config.finds_rate) finder_.emplace(plan.rate_pps);
    // Retries find what the first tries lost, and an infinite scan asks again.
    const bool is_judged = !config.finds_rate && plan.retries == 0 && !config.infinite;
    if (is_judged) check_.emplace(plan.rate_pps, plan.probes());
  }

  // All threads are there and wait, or none is.
  Result<void> start(std::optional<CheckpointFile> checkpoint) {
    writer_ = TRY(Writer::start(workers_, run_.outputs, run_.controls, gate_));
    if (checkpoint) {
      checkpointer_ = TRY(Checkpointer::start(std::move(*checkpoint), resume_origin(config_, plan_),
                                              subject(), gate_));
    }
    for (const auto& worker : workers_) {
      threads_.push_back(TRY(Thread::start("worker", gate_, [&](const std::stop_token&) {
        engine::run_worker(*worker, run_.controls);
        running_.fetch_sub(1, std::memory_order_release);
      })));
    }
    return {};
  }

  // From the first packet to the last result.
  Result<void> run() {
    gate_.open();
    work();
    watch_queues();
    run_.was_interrupted = run_.interrupts.soon().stop_requested();
    Result<void> written = writer_->finish();
    const bool is_last = !config_.infinite || run_.is_stopped() || !written;
    if (is_last) monitor_.summarize(now());
    const auto warning =
        check_ ? check_->message(monitor_.progress_sample().counters) : std::nullopt;
    if (warning) say("warning", *warning);
    if (checkpointer_) written = finish_checkpoint(std::move(written));
    if (is_last) monitor_.finish(now());
    run_.earlier = monitor_.earlier_passes();
    return written ? verdict() : std::move(written);
  }

 private:
  void work() {
    while (running_.load(std::memory_order_acquire) > 0) attend(kTick);
    while (!writer_->end(kTick)) attend(Duration{0});
  }

  void attend(Duration longest) {
    control_loop_.serve(longest, run_.guard ? run_.guard->poll_fd() : -1);
    watch_links();
    watch_queues();
    uphold_firewall();
    monitor_.tick(now());
    steer(now());
    for (const std::string& warning : run_.outputs.take_warnings()) say("note", warning);
  }

  void watch_links() {
    if (!run_.guard) return;
    for (const std::string& warning :
         run_.guard->update(run_.controls, monitor_.silent_router(), now())) {
      say("note", warning);
    }
    monitor_.set_trouble(run_.guard->trouble());
  }

  // Where the kernel takes nothing any more, the scan ends: what waits there is asked by the next.
  void watch_queues() {
    if (!stuck_link_) stuck_link_ = monitor_.stuck_link();
    if (stuck_link_) run_.controls.request_stop(engine::StopMode::kGraceful);
  }

  // Whether links let it end as it should have.
  Result<void> verdict() const {
    const bool is_complete =
        !run_.goes_on && monitor_.progress_sample().left == 0 && !monitor_.stuck_link();
    if (is_complete) return {};
    if (run_.guard) TRY(run_.guard->verdict());
    if (!stuck_link_ || run_.was_interrupted) return {};
    return run_error(
        "{}: the kernel takes no frames any more, and the rest of the targets cannot be asked{}",
        printable(plan_.links[*stuck_link_].interface),
        run_.goes_on ? ": the scan goes on with --resume when it does again" : "");
  }

  // Somebody may kill the child that holds the rule.
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

  // Looks for the rate, or watches over the one that was given. A rate that the user wishes
  // meanwhile ends both.
  void steer(Instant now) {
    const engine::Directives directives = run_.controls.directives();
    if (finder_ && directives.rate_pps != finder_->rate_pps()) finder_.reset();
    const bool rests = directives.is_paused || directives.is_held;
    if (check_ && (directives.rate_pps != check_->rate_pps() || rests)) check_.reset();
    const ProgressSample progress = monitor_.progress_sample();
    const bool is_asking = progress.is_asking && !rests;
    if (finder_ && !is_asking) finder_->interrupt();
    if (!is_asking) return;
    if (finder_ && finder_->update(progress.counters, now)) say("note", finder_->message());
    if (finder_) run_.controls.set_rate(finder_->rate_pps());
    if (check_) check_->update(progress.counters, progress.left, now);
    if (check_) run_.controls.set_rate(check_->rate_pps());
  }

  Result<void> finish_checkpoint(Result<void> written) {
    std::optional<std::vector<UniqueFd>> results;
    if (written) {
      if (auto files = run_.outputs.files()) results = std::move(files).value();
    }
    run_.goes_on = checkpointer_->finish(results);
    run_.finished = checkpointer_->take_finished();
    Result<void> kept = checkpointer_->outcome();
    return written ? std::move(kept) : std::move(written);
  }

  void say(std::string_view kind, std::string_view sentence) {
    monitor_.say(fmt::format("{}: {}\n", kind, sentence));
  }

  Checkpointer::Subject subject() {
    return {.config = config_,
            .plan = plan_,
            .workers = workers_,
            .controls = run_.controls,
            .writer = *writer_,
            .monitor = monitor_,
            .interrupts = run_.interrupts,
            .write_config = run_.hooks.write_config};
  }

  const setup::Config& config_;
  const engine::Plan& plan_;
  Run& run_;
  const std::vector<std::unique_ptr<engine::Worker>>& workers_;
  std::optional<engine::RateFinder> finder_;
  std::optional<engine::RateCheck> check_;
  std::optional<std::size_t> stuck_link_;
  std::atomic<std::size_t> running_ = workers_.size();
  Monitor monitor_;
  ControlLoop control_loop_;
  Gate gate_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Checkpointer> checkpointer_;  // null: the scan keeps none
  std::vector<Thread> threads_;                 // of the workers
};

Result<void> run_pass(const setup::Config& config, const engine::Plan& plan, Run& run) {
  std::vector<std::unique_ptr<engine::Worker>> workers;
  for (unsigned number = 0; number < plan.workers; ++number) {
    workers.push_back(TRY(engine::Worker::open(plan, number, std::move(run.queues[number]))));
  }
  TRY(setup::resolve_routers(plan, *workers.front(), run.interrupts.at_once()));
  Pass walk(config, plan, workers, run);
  TRY(walk.start(std::exchange(run.checkpoint, std::nullopt)));
  TRY(begin(run));
  TRY(remember_found(config, run, workers));
  TRY(walk.run());
  for (unsigned number = 0; number < plan.workers; ++number) {
    run.queues[number] = workers[number]->take_queues();
  }
  return {};
}

// The same targets from the beginning, in the order of the next seed.
void begin_next_pass(setup::Config& config, engine::Plan& plan) {
  config.seed = config.seed.value_or(0) + 1;
  config.resume_point.reset();
  plan.shuffle = targets::Shuffle(plan.space.size(), *config.seed);
  plan.begin_turns = setup::begin_turns(config);
}

// From here on nothing needs to be asked again.
Result<void> remove_finished(Run& run, std::span<const UniqueFd> results) {
  if (!run.finished) return {};
  TRY(output::sync_results(results));
  run.interrupts.set_resume_command({});
  return std::exchange(run.finished, std::nullopt)->remove();
}

Result<void> run_passes(setup::Config config, engine::Plan& plan, Run& run) {
  const std::size_t outputs =
      output::output_files(config.output).size() + output::spools(config.output).size();
  TRY(check_descriptors(outputs + kSpareDescriptors));
  for (;;) {
    const bool has_checkpoint = run.checkpoint.has_value();
    TRY(run_pass(config, plan, run));
    if (!config.infinite || run.is_stopped()) return {};
    const std::vector<UniqueFd> results = TRY(run.outputs.files());
    TRY(remove_finished(run, results));
    begin_next_pass(config, plan);
    if (has_checkpoint) run.checkpoint = TRY(open_checkpoint(config, plan));
  }
}

// Whatever becomes of the results now is said, with how to get them again.
Result<void> close_files(Run& run) {
  const auto results = run.outputs.files();
  Result<void> closed = run.outputs.close_files(wall_now());
  if (closed && !results) closed = results.error();
  if (closed) closed = remove_finished(run, *results);
  const bool goes_on = !closed && run.finished && run.finished->is_in_place();
  if (!goes_on) return closed;
  return run_error("{}; to go on: {}", closed.error().message, resume_command(*run.finished));
}

// The next interrupt ends the waiting for servers: what they have not taken stays in the spools.
// A scan that could not begin goes on some other time with those it was to go on with.
Result<void> close_outputs(const setup::Config& config, Run& run) {
  const control::Interrupts& interrupts = run.interrupts;
  const std::stop_token stop = run.was_interrupted ? interrupts.at_once() : interrupts.soon();
  const bool is_urgent = run.controls.directives().stop_mode == engine::StopMode::kNow;
  const bool keeps_spool = run.goes_on || (!run.has_begun && config.output.append);
  Result<void> closed = close_files(run);
  return join(std::move(closed),
              run.outputs.close(
                  wall_now(), {.timeout = is_urgent ? kShortCloseTimeout : kCloseTimeout,
                               .reach = run.was_interrupted ? kShortCloseTimeout : Duration::max(),
                               .keeps_spool = keeps_spool,
                               .stop = stop}));
}

}  // namespace

Result<void> run(setup::Config config, const Hooks& hooks, control::Interrupts& interrupts) {
  output::choose_spool(config.output, wall_now());
  ControlInputs inputs = TRY(ControlInputs::open(config, hooks.read_excludes));
  engine::Plan plan = TRY(setup::make_plan(config));
  TRY(check_resume_point(config, plan));
  std::optional<CheckpointFile> checkpoint = TRY(open_checkpoint(config, plan));
  TRY(setup::plan_routes(config, plan));
  const int interruption = interrupts.at_once_fd();
  output::Outputs outputs =
      TRY(output::Outputs::open(config.output, document_info(config, plan, interruption)));
  setup::Queues queues = TRY(
      setup::Queues::open(config, plan, {.soon = interrupts.soon_fd(), .at_once = interruption}));
  std::optional<host::Firewall> firewall = open_firewall(config, plan);
  note_repeats(plan);
  std::optional<LinkGuard> guard = open_guard(config, plan);
  if (inputs.metrics) {
    plan.notes.push_back(
        fmt::format("metrics are at http://{}/metrics", to_string(inputs.metrics->endpoint())));
  }
  EarlierPasses earlier{.began = now(), .tally = {}, .notes = hooks.notes};
  for (std::string& line : print_start(plan, config.output))
    earlier.notes.push_back(std::move(line));
  Run run{.hooks = hooks,
          .interrupts = interrupts,
          .inputs = std::move(inputs),
          .outputs = std::move(outputs),
          .backends = queues,
          .controls = engine::SharedControls(plan.first_rate_pps(), config.late_excludes),
          .firewall = std::move(firewall),
          .guard = std::move(guard),
          .queues = {},
          .earlier = std::move(earlier),
          .checkpoint = std::move(checkpoint)};
  const auto raise = [&controls = run.controls] {
    controls.request_stop(controls.directives().stop_mode == engine::StopMode::kNone
                              ? engine::StopMode::kGraceful
                              : engine::StopMode::kNow);
  };
  const std::stop_callback ends_soon(interrupts.soon(), raise);
  const std::stop_callback ends_at_once(interrupts.at_once(), raise);
  for (unsigned number = 0; number < plan.workers; ++number) {
    run.queues.push_back(TRY(queues.of_worker(plan, number)));
  }
  Result<void> walked = run_passes(config, plan, run);
  Result<void> closed = close_outputs(config, run);
  run.queues.clear();
  Result<void> captured = queues.close_capture();
  if (!walked) return walked;
  return !closed ? std::move(closed) : std::move(captured);
}

}  // namespace masscan::scan
