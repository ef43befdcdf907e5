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

#include "base/scarcity.h"
#include "base/text.h"
#include "base/thread.h"
#include "base/unique_fd.h"
#include "host/firewall.h"
#include "scan/checkpoint_file.h"
#include "scan/checkpointer.h"
#include "scan/control_desk.h"
#include "scan/controls.h"
#include "scan/deduplicator.h"
#include "scan/found_before.h"
#include "scan/interrupts.h"
#include "scan/link_guard.h"
#include "scan/machine.h"
#include "scan/monitor.h"
#include "scan/outputs.h"
#include "scan/plan.h"
#include "scan/queues.h"
#include "scan/rate_check.h"
#include "scan/rate_finder.h"
#include "scan/worker.h"
#include "scan/worker_loop.h"
#include "scan/writer.h"
#include "scan/make_plan.h"

namespace masscan::scan {

namespace {

// Whether the workers have ended is looked at this often.
constexpr Duration kTick = 50ms;
// With servers that take results more slowly than they were found; and when the user wants the end
// at once, or soon and the server cannot be reached (a name server may be dead).
constexpr Duration kPatience = 30s;
constexpr Duration kShortPatience = 300ms;
// Besides the results a second time, which are forced to the disk then: what a running scan opens
// now and then, such as the checkpoint, its directory, connections of servers and clients.
constexpr std::size_t kSpareDescriptors = 8;

// Our addresses that the kernel owns too, and so would answer for where it sees the replies.
std::vector<net::IpAddress> shared_sources(const Plan& plan) {
  std::vector<net::IpAddress> shared;
  for (const LinkPlan& link : plan.links) {
    if (link.hides_replies) continue;
    for (const net::AddressRange& range : link.sources) {
      const bool is_spoofed =
          std::find(link.spoofed.begin(), link.spoofed.end(), range) != link.spoofed.end();
      if (!is_spoofed) shared.push_back(range.first);
    }
  }
  return shared;
}

bool is_real(const Config& config) { return !config.offline && config.way.interface != "sim"; }

report::DocumentInfo document_info(const Config& config, const Plan& plan, int interruption) {
  return {.began = wall_now(),
          .ports = plan.space.ports().ranges(),
          .stylesheet = config.output.stylesheet,
          .columns = config.output.columns,
          .compression = config.output.compression,
          .excludes = shown_excludes(config.output, config.excludes),
          .interruption = interruption};
}

// With more probes per worker than it remembers answers of (scan::Deduplicator).
void note_repeats(Plan& plan) {
  if (Deduplicator::is_exact_for(plan.slice(0).count())) return;
  plan.notes.push_back(fmt::format(
      "the plan is too large to remember every answer: one that comes again after {} others is "
      "reported again",
      Deduplicator::kWindow));
}

// The kernel's resets, kept away while the scan lasts; a note if that cannot be.
std::optional<host::Firewall> open_firewall(const Config& config, Plan& plan) {
  const std::vector<net::IpAddress> shared = shared_sources(plan);
  if (!is_real(config) || shared.empty() || !config.way.firewall) return std::nullopt;
  Result<host::Firewall> firewall = host::Firewall::open(shared, plan.source_ports);
  if (firewall) return std::move(firewall).value();
  plan.notes.push_back(firewall.error().message);
  return std::nullopt;
}

// The links are watched; a note if that cannot be.
std::optional<LinkGuard> open_guard(const Config& config, Plan& plan) {
  if (!is_real(config)) return std::nullopt;
  Result<LinkGuard> guard = LinkGuard::open(plan);
  if (guard) return std::move(guard).value();
  plan.notes.push_back(guard.error().message);
  return std::nullopt;
}

// A scan that goes on must be the one that was begun.
Result<void> check_resume_point(const Config& config, const Plan& plan) {
  const auto& point = config.resume_point;
  if (!point) return {};
  if (point->plan == plan.fingerprint() && point->turns.size() == config.retries + 1) return {};
  return usage_error(
      "--resume: this is not the scan that was interrupted: leave targets, ports, seed, shard and "
      "retries as they were; only more excludes may be added");
}

bool keeps_checkpoint(const Config& config) {
  return !config.checkpoint.empty() && !config.offline;
}

// What outlives a walk over the targets; an infinite scan has many of them.
struct Session {
  const Hooks& hooks;
  Interrupts& interrupts;
  Ears ears;
  Outputs outputs;
  Queues& transports;
  Controls controls;
  std::optional<host::Firewall> firewall;
  std::optional<LinkGuard> guard;
  // By worker, and then by link, while no worker has them.
  std::vector<std::vector<std::unique_ptr<nic::QueuePair>>> queues;
  Past past;
  bool has_begun = false;
  bool was_interrupted = false;              // while it asked
  std::optional<CheckpointFile> checkpoint;  // of the next walk
  bool goes_on = false;                      // there is a checkpoint
  std::optional<CheckpointFile> finished;    // of a complete walk, until its results are safe

  bool is_stopped() const { return controls.orders().urgency != Urgency::kNone; }
};

// A scan that cannot begin leaves the results of the last one alone: these files are emptied when
// nothing can hinder the first packet any more.
Result<void> begin(Session& session) {
  if (session.has_begun) return {};
  TRY(session.interrupts.let_end_in_order());
  session.has_begun = true;
  TRY(session.outputs.begin());
  return session.transports.begin_capture();
}

// What the interrupted scan found is not found again, and is in every output. What these have is
// known once they have begun: before, the end of one may be half a record.
Result<void> remember_found(const Config& config, Session& session,
                            std::span<const std::unique_ptr<Worker>> workers) {
  if (!config.resume_point) return {};
  return restore_found(config.output, config.resume_point->began, session.outputs,
                       [&](const report::Record& record) {
                         for (const auto& worker : workers) worker->remember(record);
                       });
}

ResumePoint resume_origin(const Config& config, const Plan& plan) {
  const auto present = static_cast<std::uint64_t>(report::unix_seconds(wall_now()));
  const auto began = config.resume_point ? config.resume_point->began : present;
  return {.plan = plan.fingerprint(), .began = began, .turns = {}};
}

// Before anything is sent, and before the results of another scan are touched. Where nobody asked
// for a checkpoint, and none can be kept, a note says so.
Result<std::optional<CheckpointFile>> open_checkpoint(const Config& config, Plan& plan) {
  if (!keeps_checkpoint(config)) return std::optional<CheckpointFile>();
  const bool is_chosen = config.resume_point || config.checkpoint != Config().checkpoint;
  Result<CheckpointFile> file =
      CheckpointFile::open(config.checkpoint, is_chosen, plan.fingerprint());
  if (file) return std::optional(std::move(file).value());
  if (is_chosen) return std::move(file).error();
  plan.notes.push_back(
      fmt::format("{}; if this scan is interrupted, it cannot be resumed", file.error().message));
  return std::optional<CheckpointFile>();
}

// The threads of one walk, and the main loop beside them.
class Walk {
 public:
  // Everything is borrowed.
  Walk(const Config& config, const Plan& plan, const std::vector<std::unique_ptr<Worker>>& workers,
       Session& session)
      : config_(config),
        plan_(plan),
        session_(session),
        workers_(workers),
        monitor_(plan, config.output, workers_, session.past),
        desk_(session.ears, session.controls, monitor_) {
    if (config.finds_rate) finder_.emplace(plan.rate_pps);
    // Retries find what the first tries lost, and an infinite scan asks again.
    const bool is_judged = !config.finds_rate && plan.retries == 0 && !config.infinite;
    if (is_judged) check_.emplace(plan.rate_pps, plan.probes());
  }

  // All threads are there and wait, or none is.
  Result<void> start(std::optional<CheckpointFile> checkpoint) {
    writer_ = TRY(Writer::start(workers_, session_.outputs, session_.controls, gate_));
    if (checkpoint) {
      checkpointer_ = TRY(Checkpointer::start(std::move(*checkpoint), resume_origin(config_, plan_),
                                              subject(), gate_));
    }
    for (const auto& worker : workers_) {
      threads_.push_back(TRY(Thread::start("worker", gate_, [&](const std::stop_token&) {
        run_worker(*worker, session_.controls);
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
    session_.was_interrupted = session_.interrupts.soon().stop_requested();
    Result<void> written = writer_->finish();
    const bool is_last = !config_.infinite || session_.is_stopped() || !written;
    if (is_last) monitor_.summarize(now());
    const auto warning = check_ ? check_->finding(monitor_.standing().counters) : std::nullopt;
    if (warning) say("warning", *warning);
    if (checkpointer_) written = finish_checkpoint(std::move(written));
    if (is_last) monitor_.finish(now());
    session_.past = monitor_.past();
    return written ? verdict() : std::move(written);
  }

 private:
  void work() {
    while (running_.load(std::memory_order_acquire) > 0) attend(kTick);
    while (!writer_->end(kTick)) attend(Duration{0});
  }

  void attend(Duration longest) {
    desk_.serve(longest, session_.guard ? session_.guard->poll_fd() : -1);
    watch_links();
    watch_queues();
    uphold_firewall();
    monitor_.tick(now());
    steer(now());
    for (const std::string& news : session_.outputs.take_news()) say("note", news);
  }

  void watch_links() {
    if (!session_.guard) return;
    for (const std::string& news :
         session_.guard->update(session_.controls, monitor_.silent_router(), now())) {
      say("note", news);
    }
    monitor_.set_trouble(session_.guard->trouble());
  }

  // Where the kernel takes nothing any more, the scan ends: what waits there is asked by the next.
  void watch_queues() {
    if (!stuck_link_) stuck_link_ = monitor_.stuck_link();
    if (stuck_link_) session_.controls.raise(Urgency::kSoon);
  }

  // Whether links let it end as it should have.
  Result<void> verdict() const {
    const bool is_complete =
        !session_.goes_on && monitor_.standing().left == 0 && !monitor_.stuck_link();
    if (is_complete) return {};
    if (session_.guard) TRY(session_.guard->verdict());
    if (!stuck_link_ || session_.was_interrupted) return {};
    return run_error(
        "{}: the kernel takes no frames any more, and the rest of the targets cannot be asked{}",
        printable(plan_.links[*stuck_link_].interface),
        session_.goes_on ? ": the scan goes on with --resume when it does again" : "");
  }

  // Somebody may kill the child that holds the rule.
  void uphold_firewall() {
    std::optional<host::Firewall>& firewall = session_.firewall;
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
    const Orders orders = session_.controls.orders();
    if (finder_ && orders.rate_pps != finder_->rate_pps()) finder_.reset();
    const bool rests = orders.is_paused || orders.is_held;
    if (check_ && (orders.rate_pps != check_->rate_pps() || rests)) check_.reset();
    const Standing standing = monitor_.standing();
    const bool is_asking = standing.is_asking && !rests;
    if (finder_ && !is_asking) finder_->interrupt();
    if (!is_asking) return;
    if (finder_ && finder_->update(standing.counters, now)) say("note", finder_->finding());
    if (finder_) session_.controls.set_rate(finder_->rate_pps());
    if (check_) check_->update(standing.counters, standing.left, now);
    if (check_) session_.controls.set_rate(check_->rate_pps());
  }

  Result<void> finish_checkpoint(Result<void> written) {
    std::optional<std::vector<UniqueFd>> results;
    if (written) {
      if (auto files = session_.outputs.files()) results = std::move(files).value();
    }
    session_.goes_on = checkpointer_->finish(results);
    session_.finished = checkpointer_->take_finished();
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
            .controls = session_.controls,
            .writer = *writer_,
            .monitor = monitor_,
            .interrupts = session_.interrupts,
            .write_config = session_.hooks.write_config};
  }

  const Config& config_;
  const Plan& plan_;
  Session& session_;
  const std::vector<std::unique_ptr<Worker>>& workers_;
  std::optional<RateFinder> finder_;
  std::optional<RateCheck> check_;
  std::optional<std::size_t> stuck_link_;
  std::atomic<std::size_t> running_ = workers_.size();
  Monitor monitor_;
  ControlDesk desk_;
  Gate gate_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Checkpointer> checkpointer_;  // null: the scan keeps none
  std::vector<Thread> threads_;                 // of the workers
};

Result<void> walk(const Config& config, const Plan& plan, Session& session) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned number = 0; number < plan.workers; ++number) {
    workers.push_back(TRY(Worker::open(plan, number, std::move(session.queues[number]))));
  }
  TRY(resolve_routers(plan, *workers.front(), session.interrupts.at_once()));
  Walk walk(config, plan, workers, session);
  TRY(walk.start(std::exchange(session.checkpoint, std::nullopt)));
  TRY(begin(session));
  TRY(remember_found(config, session, workers));
  TRY(walk.run());
  for (unsigned number = 0; number < plan.workers; ++number) {
    session.queues[number] = workers[number]->give_back_queues();
  }
  return {};
}

// The same targets from the beginning, in the order of the next seed.
void turn_round(Config& config, Plan& plan) {
  config.seed = config.seed.value_or(0) + 1;
  config.resume_point.reset();
  plan.shuffle = targets::Shuffle(plan.space.size(), *config.seed);
  plan.begin_turns = begin_turns(config);
}

// From here on nothing needs to be asked again.
Result<void> remove_finished(Session& session, std::span<const UniqueFd> results) {
  if (!session.finished) return {};
  TRY(sync_results(results));
  session.interrupts.set_way_on({});
  return std::exchange(session.finished, std::nullopt)->remove();
}

Result<void> walk_all(Config config, Plan& plan, Session& session) {
  const std::size_t outputs = output_files(config.output).size() + spools(config.output).size();
  TRY(check_descriptors(outputs + kSpareDescriptors));
  for (;;) {
    const bool has_checkpoint = session.checkpoint.has_value();
    TRY(walk(config, plan, session));
    if (!config.infinite || session.is_stopped()) return {};
    const std::vector<UniqueFd> results = TRY(session.outputs.files());
    TRY(remove_finished(session, results));
    turn_round(config, plan);
    if (has_checkpoint) session.checkpoint = TRY(open_checkpoint(config, plan));
  }
}

// Whatever becomes of the results now is said, with how to get them again.
Result<void> close_files(Session& session) {
  const auto results = session.outputs.files();
  Result<void> closed = session.outputs.close_files(wall_now());
  if (closed && !results) closed = results.error();
  if (closed) closed = remove_finished(session, *results);
  const bool goes_on = !closed && session.finished && session.finished->is_in_place();
  if (!goes_on) return closed;
  return run_error("{}; to go on: {}", closed.error().message, way_on(*session.finished));
}

// The next interrupt ends the waiting for servers: what they have not taken stays in the spools.
// A scan that could not begin goes on some other time with those it was to go on with.
Result<void> close_outputs(const Config& config, Session& session) {
  const Interrupts& interrupts = session.interrupts;
  const std::stop_token stop = session.was_interrupted ? interrupts.at_once() : interrupts.soon();
  const bool is_urgent = session.controls.orders().urgency == Urgency::kNow;
  const bool keeps_spool = session.goes_on || (!session.has_begun && config.output.append);
  Result<void> closed = close_files(session);
  return join(std::move(closed),
              session.outputs.close(
                  wall_now(), {.patience = is_urgent ? kShortPatience : kPatience,
                               .reach = session.was_interrupted ? kShortPatience : Duration::max(),
                               .keeps_spool = keeps_spool,
                               .stop = stop}));
}

}  // namespace

Result<void> run(Config config, const Hooks& hooks, Interrupts& interrupts) {
  choose_spool(config.output, wall_now());
  Ears ears = TRY(Ears::open(config, hooks.read_excludes));
  Plan plan = TRY(make_plan(config));
  TRY(check_resume_point(config, plan));
  std::optional<CheckpointFile> checkpoint = TRY(open_checkpoint(config, plan));
  TRY(find_ways(config, plan));
  const int interruption = interrupts.at_once_fd();
  Outputs outputs = TRY(Outputs::open(config.output, document_info(config, plan, interruption)));
  Queues queues =
      TRY(Queues::open(config, plan, {.soon = interrupts.soon_fd(), .at_once = interruption}));
  std::optional<host::Firewall> firewall = open_firewall(config, plan);
  note_repeats(plan);
  std::optional<LinkGuard> guard = open_guard(config, plan);
  if (ears.metrics) {
    plan.notes.push_back(
        fmt::format("metrics are at http://{}/metrics", to_string(ears.metrics->endpoint())));
  }
  Past past{.began = now(), .tally = {}, .notes = hooks.notes};
  for (std::string& line : print_start(plan, config.output)) past.notes.push_back(std::move(line));
  Session session{.hooks = hooks,
                  .interrupts = interrupts,
                  .ears = std::move(ears),
                  .outputs = std::move(outputs),
                  .transports = queues,
                  .controls = Controls(plan.first_rate_pps(), config.late_excludes),
                  .firewall = std::move(firewall),
                  .guard = std::move(guard),
                  .queues = {},
                  .past = std::move(past),
                  .checkpoint = std::move(checkpoint)};
  const auto raise = [&controls = session.controls] {
    controls.raise(controls.orders().urgency == Urgency::kNone ? Urgency::kSoon : Urgency::kNow);
  };
  const std::stop_callback ends_soon(interrupts.soon(), raise);
  const std::stop_callback ends_at_once(interrupts.at_once(), raise);
  for (unsigned number = 0; number < plan.workers; ++number) {
    session.queues.push_back(TRY(queues.of_worker(plan, number)));
  }
  Result<void> walked = walk_all(config, plan, session);
  Result<void> closed = close_outputs(config, session);
  session.queues.clear();
  Result<void> captured = queues.close_capture();
  if (!walked) return walked;
  return !closed ? std::move(closed) : std::move(captured);
}

}  // namespace masscan::scan
