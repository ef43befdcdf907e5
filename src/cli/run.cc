#include "cli/run.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "base/file.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "cli/contradictions.h"
#include "cli/control_command.h"
#include "cli/help/echo.h"
#include "cli/help/help.h"
#include "cli/help/manual.h"
#include "cli/help/nmap_help.h"
#include "cli/list_ranges.h"
#include "cli/list_targets.h"
#include "cli/options/settings.h"
#include "cli/read_files.h"
#include "cli/read_settings.h"
#include "cli/resolve_names.h"
#include "cli/settings_sum.h"
#include "control/control_client.h"
#include "host/interfaces.h"
#include "scan/doctor.h"
#include "scan/scan.h"
#include "setup/make_plan.h"
#include "targets/special_purpose.h"

namespace masscan::cli {
namespace {

Result<void> write(std::string_view text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0) return {};
  return run_error("standard output: {}", last_system_error());
}

Result<int> print(std::string_view text) {
  TRY(write(text));
  return 0;
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) write_stderr(fmt::format("masscan: {}\n", note));
}

// Returns the line about what is not asked although it is within the targets; empty: nothing.
std::string describe_left_out(const setup::Config& config) {
  targets::AddressSet asked = config.targets;
  asked.subtract(config.left_out);
  const Uint128 count = config.targets.count() - asked.count();
  if (count == 0) return {};
  return fmt::format(
      "leaving out {} special-purpose addresses: {}; --include-reserved asks them too",
      to_string(count), targets::describe_blocks(config.left_out));
}

// Looks up the host names, and returns what the user should know about the targets.
Result<std::vector<std::string>> complete(setup::Config& config) {
  std::vector<std::string> notes = TRY(resolve_names(config));
  std::string left_out = describe_left_out(config);
  if (!left_out.empty()) notes.push_back(std::move(left_out));
  return notes;
}

Result<int> list_interfaces() {
  const std::vector<host::Interface> interfaces = TRY(host::interfaces());
  return print(host::format_interface_list(interfaces));
}

// Returns a function that reads the exclude files again, looks up host names, and adds the late
// excludes of a checkpoint. It owns copies of the settings it needs.
scan::ReadExcludes excludes_reader(const Settings& settings) {
  if (settings.exclude_files.empty()) return {};
  return [files = settings.exclude_files, interface = settings.config.network.interface,
          late = settings.config.late_excludes]() -> Result<targets::AddressSet> {
    targets::TargetList list = TRY(load_excludes_again(files, interface));
    setup::Config excluding;
    excluding.output.status = false;  // the scan's own is there
    excluding.excludes = late;
    excluding.excludes.add(std::move(list.ranges));
    excluding.excluded_names = std::move(list.names);
    TRY(resolve_names(excluding));
    return std::move(excluding.excludes);
  };
}

Result<int> start(const Settings& settings) {
  setup::Config config = settings.config;
  const bool is_for_programs = config.output.status_ndjson;
  if (!is_for_programs) print_notes(settings.notes);
  TRY(check_scan(config));
  TRY(check_distinct_files(input_files(settings), config));
  const auto hangup = scan::ControlLoop::hangup(config, !settings.exclude_files.empty());
  const auto interrupts =
      TRY(control::Interrupts::open(hangup, "interrupted before the first packet was sent"));
  std::vector<std::string> notes = TRY(complete(config));
  if (!is_for_programs) print_notes(notes);
  notes.insert(notes.begin(), settings.notes.begin(), settings.notes.end());
  scan::Hooks hooks{.read_excludes = excludes_reader(settings), .write_config = {}, .notes = {}};
  hooks.write_config = [](const setup::Config& c) {
    return scan::WrittenConfig{echo_text(c), settings_sum(c)};
  };
  if (is_for_programs) hooks.notes = std::move(notes);
  TRY(scan::run(config, hooks, *interrupts));
  return 0;
}

// Sends a command to a running scan and prints the answer.
Result<int> speak(const ControlWords& control) {
  const control::ControlAnswer answer = TRY(control::ask_scan(control.file, control.words));
  TRY(write(printable(trim(answer.line)) + "\n"));
  return answer.is_accepted ? 0 : 1;
}

Result<int> examine(setup::Config config) {
  print_notes(TRY(complete(config)));
  const scan::Diagnosis diagnosis = TRY(scan::doctor(config));
  TRY(write(diagnosis.findings));
  return diagnosis.is_well ? 0 : 1;
}

// Without ports, lists the addresses as if there were one port.
Result<int> list(setup::Config config) {
  print_notes(TRY(complete(config)));
  const bool is_bare = config.ports.empty() && config.pairs.empty();
  if (is_bare) config.ports.add(net::Transport::kTcp, {0, 0});
  const engine::Plan plan = TRY(setup::make_plan(config));
  TRY(list_targets(plan, write));
  return 0;
}

// True if there are no options except the excludes of the system's file.
bool is_nothing(std::span<const std::string> arguments, const setup::Config& config) {
  return arguments.empty() && config.targets.empty() && config.pairs.empty() &&
         config.names.empty() && config.ports.empty();
}

// Prints on standard output and fails, as masscan does: nothing was scanned.
Result<int> explain() {
  TRY(write(usage_text()));
  return 1;
}

}  // namespace

Result<int> run(std::span<const std::string> arguments, const std::string& system_config) {
  if (const auto control = find_control_words(arguments)) return speak(*control);
  const Settings settings = TRY(read_settings(arguments, system_config));
  if (settings.action != Action::kScan) print_notes(settings.notes);
  switch (settings.action) {
    case Action::kScan:
      return is_nothing(arguments, settings.config) ? explain() : start(settings);
    case Action::kEcho:
      return print(echo_text(settings.config));
    case Action::kEchoAll:
      return print(echo_text(settings.config, &settings.origins));
    case Action::kEchoCidr:
      return print(cidr_text(settings.config.targets));
    case Action::kReadRange:
      return print(ranges_text(settings.config.targets));
    case Action::kListTargets:
      return list(settings.config);
    case Action::kHelp:
      return print(help_text());
    case Action::kNmap:
      return print(nmap_text());
    case Action::kManual:
      return print(manual_text());
    case Action::kCompletion:
      return print(settings.completion());
    case Action::kVersion:
      return print(version_text());
    case Action::kIflist:
      return list_interfaces();
    case Action::kDoctor:
      return examine(settings.config);
    case Action::kReadScan:
      TRY(read_scan(settings));
      return 0;
    case Action::kDiff:
      TRY(print_diff(settings, write));
      return 0;
    case Action::kDeliver:
      TRY(deliver(settings));
      return 0;
  }
  return 0;
}

}  // namespace masscan::cli
