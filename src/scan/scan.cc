#include "scan/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/resource_limits.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "control/interrupts.h"
#include "engine/deduplicator.h"
#include "engine/plan.h"
#include "engine/shared_controls.h"
#include "host/firewall.h"
#include "output/outputs.h"
#include "probe/tcp_flag_scans.h"
#include "scan/checkpoint_file.h"
#include "scan/pass_loop.h"
#include "scan/run.h"
#include "setup/make_plan.h"
#include "setup/queues.h"
#include "setup/route_plan.h"

namespace masscan::scan {

namespace {

// Limits of the wait for databases that are slower than the scan: the usual one, and one for when
// the user wants the end at once, or soon and the database cannot be reached (a name server may be
// down).
constexpr Duration kCloseTimeout = 30s;
constexpr Duration kShortCloseTimeout = 300ms;
// Descriptors that a running scan opens now and then: the checkpoint, its directory, connections of
// databases and clients. The second descriptor of each result file, for the sync, is counted apart.
constexpr std::size_t kSpareDescriptors = 8;

// Returns our source addresses that the kernel owns, and would answer for if it sees the replies.
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

// Messages for the user before the first probe.
using Notes = std::vector<std::string>;

// By default only open ports are shown, and some TCP scans find none.
void note_states(const setup::Config& config, Notes& notes) {
  const probe::TcpScan& scan = probe::tcp_scan(*config.tcp_kind);
  if (scan.found.empty() || config.output.states != record::StateFilter()) return;
  notes.push_back(fmt::format(
      "{} finds no open ports, and only open ports are shown; add --show '{}' to see what it finds",
      scan.nmap, scan.found));
}

// Adds a note if a worker has more probes than it remembers answers of (engine::Deduplicator).
void note_repeats(const engine::Plan& plan, Notes& notes) {
  if (engine::Deduplicator::is_exact_for(plan.share_of(0).count())) return;
  notes.push_back(fmt::format(
      "the plan is too large to remember every answer: one that comes again after {} others is "
      "reported again",
      engine::Deduplicator::kWindow));
}

// Suppresses the kernel's resets during the scan; adds a note if that is impossible.
std::optional<host::Firewall> open_firewall(const setup::Config& config, const engine::Plan& plan,
                                            Notes& notes) {
  const std::vector<net::IpAddress> shared = shared_sources(plan);
  const std::vector<net::Transport> transports = plan.answered_by_kernel();
  const bool is_needed = !transports.empty() && !shared.empty();
  if (!is_real(config) || !is_needed || !config.network.firewall) return std::nullopt;
  Result<host::Firewall> firewall = host::Firewall::open(shared, plan.source_ports, transports);
  if (firewall) return std::move(firewall).value();
  notes.push_back(firewall.error().message);
  return std::nullopt;
}

// Watches the links; adds a note if that is impossible.
std::optional<LinkGuard> open_guard(const setup::Config& config, const engine::Plan& plan,
                                    Notes& notes) {
  if (!is_real(config)) return std::nullopt;
  Result<LinkGuard> guard = LinkGuard::open(plan);
  if (guard) return std::move(guard).value();
  notes.push_back(guard.error().message);
  return std::nullopt;
}

// Errors: the resume point belongs to another scan.
Result<void> check_resume_point(const setup::Config& config, const engine::Plan& plan) {
  const auto& point = config.resume_point;
  if (!point) return {};
  if (point->plan == plan.fingerprint() && point->turns.size() == plan.rounds) return {};
  return usage_error(
      "--resume: this is not the scan that was interrupted: leave targets, ports, seed, shard and "
      "retries as they were; only more excludes may be added");
}

bool keeps_checkpoint(const setup::Config& config) {
  return !config.checkpoint.empty() && !config.offline;
}

// Opens the checkpoint before anything is sent and before the results of another scan are changed.
// If the user did not ask for a checkpoint and none can be kept, adds a note.
Result<std::optional<CheckpointFile>> open_checkpoint(const setup::Config& config,
                                                      const engine::Plan& plan, Notes& notes) {
  if (!keeps_checkpoint(config)) return std::optional<CheckpointFile>();
  const bool is_chosen = config.resume_point || config.checkpoint != setup::Config().checkpoint;
  Result<CheckpointFile> file =
      CheckpointFile::open(config.checkpoint, is_chosen, plan.fingerprint());
  if (file) return std::optional(std::move(file).value());
  if (is_chosen) return std::move(file).error();
  notes.push_back(
      fmt::format("{}; if this scan is interrupted, it cannot be resumed", file.error().message));
  return std::optional<CheckpointFile>();
}

// Forces the results to the disk and removes the checkpoint of the complete pass.
Result<void> remove_finished(Run& run, std::span<const UniqueFd> results) {
  if (!run.finished) return {};
  TRY(output::sync_results(results));
  run.interrupts.set_resume_command({});
  return std::exchange(run.finished, std::nullopt)->remove();
}

Result<void> run_passes(setup::Config config, const engine::Plan& first, Run& run) {
  const std::size_t outputs =
      output::output_files(config.output).size() + output::spools(config.output).size();
  TRY(check_descriptors(outputs + kSpareDescriptors));
  std::optional<engine::Plan> later;  // of the passes after the first
  for (;;) {
    const engine::Plan& plan = later ? *later : first;
    const bool has_checkpoint = run.checkpoint.has_value();
    TRY(run_pass(config, plan, run));
    if (!config.infinite || run.is_stopped()) return {};
    const std::vector<UniqueFd> results = TRY(run.outputs.files());
    TRY(remove_finished(run, results));
    config.seed = config.seed.value_or(0) + 1;
    config.resume_point.reset();
    later = setup::make_next_pass(plan, config);
    Notes ignored;  // the first pass reported them
    if (has_checkpoint) run.checkpoint = TRY(open_checkpoint(config, *later, ignored));
  }
}

// Closes the result files. A message about lost results says how to get them again.
Result<void> close_files(Run& run) {
  const auto results = run.outputs.files();
  Result<void> closed = run.outputs.close_files(wall_now());
  if (closed && !results) closed = results.error();
  if (closed) closed = remove_finished(run, *results);
  const bool is_resumable = !closed && run.finished && run.finished->is_in_place();
  if (!is_resumable) return closed;
  return run_error("{}; to continue: {}", closed.error().message, resume_command(*run.finished));
}

// The next interrupt ends the wait for databases; the results they lack stay in the spools. A scan
// that could not begin keeps the spools that it was to continue.
Result<void> close_outputs(const setup::Config& config, Run& run) {
  const control::Interrupts& interrupts = run.interrupts;
  const std::stop_token stop =
      run.was_interrupted ? interrupts.immediate_stop() : interrupts.graceful_stop();
  const bool is_urgent = run.controls.directives().stop_mode == engine::StopMode::kNow;
  const bool keeps_spool = run.is_resumable || (!run.has_begun && config.output.append);
  Result<void> closed = close_files(run);
  return join(std::move(closed),
              run.outputs.close(
                  wall_now(), {.timeout = is_urgent ? kShortCloseTimeout : kCloseTimeout,
                               .reach = run.was_interrupted ? kShortCloseTimeout : Duration::max(),
                               .keeps_spool = keeps_spool,
                               .stop = stop}));
}

// Prints the backend of each link and the notes, a line each, or leaves them to the monitor.
EarlierPasses print_start_of(const setup::Config& config, const engine::Plan& plan,
                             const setup::Queues& queues, const Notes& notes,
                             const Notes& earlier_notes) {
  Notes lines;
  for (const std::string& line : queues.description()) lines.push_back("transport: " + line);
  for (const std::string& note : notes) lines.push_back("note: " + note);
  Notes unprinted = earlier_notes;
  for (std::string& line : print_start(plan, config.output, std::move(lines))) {
    unprinted.push_back(std::move(line));
  }
  return {.began = now(), .tally = {}, .notes = std::move(unprinted)};
}

// The first interrupt requests a graceful stop, the second an immediate one.
void request_stop(engine::SharedControls& controls) {
  const bool is_first = controls.directives().stop_mode == engine::StopMode::kNone;
  controls.request_stop(is_first ? engine::StopMode::kGraceful : engine::StopMode::kNow);
}

Result<void> scan_and_close(const setup::Config& config, const engine::Plan& plan, Run& run) {
  const auto stop = [&run] { request_stop(run.controls); };
  const std::stop_callback on_graceful(run.interrupts.graceful_stop(), stop);
  const std::stop_callback on_immediate(run.interrupts.immediate_stop(), stop);
  for (unsigned number = 0; number < plan.workers; ++number) {
    run.free_queues.push_back(TRY(run.queues.of_worker(plan, number)));
  }
  Result<void> scanned = run_passes(config, plan, run);
  Result<void> closed = close_outputs(config, run);
  run.free_queues.clear();
  Result<void> captured = run.queues.close_capture();
  if (!scanned) return scanned;
  return !closed ? std::move(closed) : std::move(captured);
}

}  // namespace

Result<void> run(setup::Config config, const Hooks& hooks, control::Interrupts& interrupts) {
  output::choose_spool(config.output, wall_now());
  ControlLoop control_loop = TRY(ControlLoop::open(config, hooks.read_excludes));
  Notes notes;

  engine::Plan probes = TRY(setup::make_plan(config));
  TRY(check_resume_point(config, probes));
  std::optional<CheckpointFile> checkpoint = TRY(open_checkpoint(config, probes, notes));

  setup::RoutePlan routes = TRY(setup::plan_routes(config, probes));
  notes.insert(notes.end(), routes.notes.begin(), routes.notes.end());
  const int interruption = interrupts.immediate_stop_fd();
  output::Outputs outputs =
      TRY(output::Outputs::open(config.output, document_info(config, probes, interruption)));
  engine::Plan routed = setup::add_routes(std::move(probes), std::move(routes));
  setup::Queues queues = TRY(setup::Queues::open(
      config, routed,
      {.graceful_stop = interrupts.graceful_stop_fd(), .immediate_stop = interruption}));
  const engine::Plan plan = setup::add_backends(std::move(routed), queues);

  std::optional<host::Firewall> firewall = open_firewall(config, plan, notes);
  note_repeats(plan, notes);
  note_states(config, notes);
  std::optional<LinkGuard> guard = open_guard(config, plan, notes);
  if (const auto endpoint = control_loop.metrics_endpoint()) {
    notes.push_back(fmt::format("metrics are at http://{}/metrics", to_string(*endpoint)));
  }
  EarlierPasses earlier = print_start_of(config, plan, queues, notes, hooks.notes);

  Run run{.hooks = hooks,
          .interrupts = interrupts,
          .control_loop = std::move(control_loop),
          .outputs = std::move(outputs),
          .queues = std::move(queues),
          .controls = engine::SharedControls(plan.first_rate_pps(), config.late_excludes),
          .firewall = std::move(firewall),
          .guard = std::move(guard),
          .free_queues = {},
          .earlier = std::move(earlier),
          .checkpoint = std::move(checkpoint)};
  return scan_and_close(config, plan, run);
}

}  // namespace masscan::scan
