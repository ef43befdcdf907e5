#include "cli/read_settings.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/file.h"
#include "base/random.h"
#include "cli/arguments.h"
#include "cli/config_file.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"
#include "cli/settings_sum.h"
#include "engine/canaries.h"
#include "targets/exclusion.h"
#include "targets/special_purpose.h"
#include "targets/target_parser.h"

namespace masscan::cli {
namespace {

constexpr int kDeepestFile = 16;  // files that name files

// Appends the options of a file and its path, and in its place those of the files that it names.
// `place` is the option that named it.
Result<void> read_config(const std::string& path, const std::string& place, int depth,
                         std::vector<OptionUse>& into, std::vector<std::string>& paths) {
  if (depth > kDeepestFile) {
    return usage_error("{}: more than {} configuration files name each other; does it name itself?",
                       path, kDeepestFile);
  }
  const Result<std::string> text = read_file(path);
  if (!text) return Error(text.error()).within(place);
  paths.push_back(path);
  std::vector<OptionUse> uses = TRY(parse_config(*text, path));
  for (OptionUse& use : uses) {
    if (use.option->phase == Phase::kConfigFile) {
      TRY(read_config(*use.value, use.place, depth + 1, into, paths));
    }
    into.push_back(std::move(use));
  }
  return {};
}

// The options of configuration files: of the checkpoint, if any, and of the others in order.
struct FileGivens {
  std::string checkpoint_path;
  std::vector<OptionUse> checkpoint;
  std::vector<OptionUse> others;
  std::vector<std::string> paths;  // of all of them
};

bool is_checkpoint(std::span<const OptionUse> uses) {
  return std::any_of(uses.begin(), uses.end(),
                     [](const OptionUse& use) { return use.option->name == "resume-point"; });
}

bool is_no_exclude(const OptionUse& use) {
  return use.option->name != "exclude" && use.option->name != "excludefile";
}

// True for actions that read result files: the system's excludes are for scans only.
bool reads_files(std::span<const OptionUse> command_line) {
  return std::any_of(command_line.begin(), command_line.end(), [](const OptionUse& use) {
    return use.option->name == "readscan" || use.option->name == "diff";
  });
}

// True only if there is no such file. A file that cannot be examined, or a dangling link, may hold
// excludes that the scan needs, so reading it is an Error.
bool is_absent(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return false;
  if (errno != ENOENT && errno != ENOTDIR) return false;
  const std::filesystem::path parent = path.parent_path();
  if (parent.empty() || parent == path) return true;
  return ::stat(parent.c_str(), &status) == 0 || is_absent(parent);
}

// Reads the system's file first, then those of the command line.
Result<FileGivens> read_config_files(std::span<const OptionUse> command_line,
                                     const std::string& system_config) {
  FileGivens files;
  if (!reads_files(command_line) && !is_absent(system_config)) {
    TRY(read_config(system_config, "the system's configuration", 1, files.others, files.paths));
  }
  const std::size_t of_system = files.others.size();
  for (const OptionUse& use : command_line) {
    if (use.option->phase != Phase::kConfigFile) continue;
    std::vector<OptionUse> uses;
    TRY(read_config(*use.value, use.place, 1, uses, files.paths));
    if (!is_checkpoint(uses)) {
      std::move(uses.begin(), uses.end(), std::back_inserter(files.others));
    } else if (files.checkpoint.empty()) {
      files.checkpoint = std::move(uses);
      files.checkpoint_path = *use.value;
    } else {
      return usage_error("{}: {} is a checkpoint already; name only one", use.place,
                         files.checkpoint_path);
    }
  }
  // The checkpoint already holds the other options of the system's file.
  if (!files.checkpoint.empty()) {
    const auto system_end = files.others.begin() + static_cast<std::ptrdiff_t>(of_system);
    files.others.erase(std::remove_if(files.others.begin(), system_end, is_no_exclude), system_end);
  }
  return files;
}

// Refuses a checkpoint whose settings were edited, cut off or damaged: it would be another scan.
Result<void> check_settings(const std::string& path, const Settings& settings) {
  if (!settings.point_sum || *settings.point_sum == settings_sum(settings.config)) return {};
  return usage_error(
      "{}: this is not what the interrupted scan wrote: only pace, interface, transport and "
      "outputs may be edited; without its resume-point lines the scan begins anew",
      path);
}

// Applies the settings of the interrupted scan. Later options can only add excludes.
Result<void> apply_checkpoint(const FileGivens& files, Settings& settings) {
  TRY(apply_all(files.checkpoint, settings));
  if (!settings.config.resume_point) {
    return usage_error(
        "{}: this makes no sense, and neither does the other resume-point: delete both lines, and "
        "the scan begins anew",
        settings.damaged_point);
  }
  TRY(settle(settings));
  TRY(check_settings(files.checkpoint_path, settings));
  settings.is_resumed = true;
  settings.config.checkpoint = files.checkpoint_path;
  settings.config.output.append = true;
  return {};
}

void forget_replaced(std::span<const OptionUse> command_line, Settings& settings) {
  for (const OptionUse& use : command_line) {
    if (use.option->reset == nullptr) continue;
    use.option->reset(settings);
    settings.origins.reset(*use.option);
  }
}

Result<void> load(const std::vector<AddressFile>& files, targets::ListKind kind,
                  targets::TargetList& into) {
  for (const AddressFile& file : files) {
    Result<void> loaded = targets::load_target_file(file.path, kind, into);
    if (!loaded) return std::move(loaded).error().within(file.place);
  }
  return {};
}

// Skips FIFOs and terminals: reading them would wait for the writer.
Result<void> check_is_regular(const AddressFile& file) {
  struct stat status {};
  if (::stat(file.path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return {};
  return run_error("{}: {} is no regular file, and nobody may ever write what it waits for",
                   file.place, file.path);
}

// Refuses a second use of standard input, which can be read only once.
Result<void> check_stdin(const Settings& settings) {
  const AddressFile* first = nullptr;
  for (const auto* files : {&settings.target_files, &settings.exclude_files}) {
    for (const AddressFile& file : *files) {
      if (file.path != "-") continue;
      if (first != nullptr) {
        return usage_error("{}: standard input is already read by {}; name a file", file.place,
                           first->place);
      }
      first = &file;
    }
  }
  return {};
}

// Refuses an address with a zone (fe80::1%eth0) that is not the interface of the scan.
Result<void> check_scopes(const std::vector<targets::Scope>& scopes, const std::string& interface) {
  for (const targets::Scope& scope : scopes) {
    if (scope.interface == interface) continue;
    return usage_error("{}: '%{}' is not the interface of this scan; add -e and its name",
                       scope.place, scope.interface);
  }
  return {};
}

// Refuses parts without a seed: each would use another order, and together they would miss targets.
Result<void> check_shard(const setup::Config& config) {
  if (config.shard.count == 1 || config.seed) return {};
  return usage_error(
      "--shard: parts {} fit together only if all have one order; add --seed N, the "
      "same for each",
      to_string(config.shard));
}

// Sends ARP requests to the broadcast address.
void choose_router(setup::Config& config) {
  if (!config.ports.contains({net::Transport::kArp, 0})) return;
  for (auto* mac : {&config.network.router_mac_v4, &config.network.router_mac_v6}) {
    if (!*mac) *mac = net::MacAddress::broadcast();
  }
}

// A file without a format is XML, as in masscan.
void choose_format(setup::Config& config) {
  if (config.output.file.empty() || config.output.format != nullptr) return;
  config.output.format = format::find_format("xml");
}

// Drops a position of masscan's order: targets before it would be skipped without a probe.
void check_positions(Settings& settings) {
  setup::Config& config = settings.config;
  if (settings.has_our_order && config.foreign_index) {
    config.resume_index = std::exchange(config.foreign_index, std::nullopt);
  }
  if (!config.foreign_index) return;
  add_note(settings, fmt::format("resume-index: {} is a position in masscan's order, which is not "
                                 "ours: this scan begins at the beginning",
                                 *config.foreign_index));
}

}  // namespace

Result<void> apply_all(std::span<const OptionUse> uses, Settings& settings) {
  for (const OptionUse& use : uses) {
    if (use.option->apply == nullptr) continue;
    const bool is_further_adapter =
        use.option->index == Index::kAdapter && use.index.value_or("0") != "0";
    TRY((is_further_adapter ? unsupported_adapter : use.option->apply)(settings, use));
    settings.origins.note(use);
  }
  return {};
}

bool excludes_canaries(const targets::PortSet& excluded) {
  constexpr net::PortRange kPorts = engine::Canaries::kPorts;
  return std::ranges::any_of(excluded.ranges(), [&](const net::TransportPorts& run) {
    return run.transport == net::Transport::kTcp && run.ports.first <= kPorts.last &&
           kPorts.first <= run.ports.last;
  });
}

Result<void> settle(Settings& settings) {
  setup::Config& config = settings.config;
  targets::AddressSet& excludes = settings.is_resumed ? config.late_excludes : config.excludes;
  settings.reading.has_targets = !settings.targets.empty();
  if (!config.include_reserved) {
    config.left_out.add(targets::special_purpose_parts(settings.targets.ranges));
  }
  for (std::string& note : TRY(resolve(settings.ports, config.ports, settings.excluded_ports))) {
    add_note(settings, std::move(note));
  }
  config.targets.add(std::move(settings.targets.ranges));
  config.pairs.add(std::move(settings.targets.pairs));
  targets::merge(std::move(settings.targets.names), config.names);
  excludes.add(std::move(settings.excludes.ranges));
  targets::merge(std::move(settings.excludes.names), config.excluded_names);

  settings.reading.has_ports = !config.ports.empty();
  targets::exclude(config.excludes, config.targets);
  targets::exclude(config.excludes, config.pairs);
  config.ports.subtract(settings.excluded_ports);
  config.pairs.subtract(settings.excluded_ports);
  std::erase_if(config.names, [&](const targets::HostName& host) {
    return host.port && settings.excluded_ports.contains(*host.port);
  });
  // A resumed scan does not know which ports were excluded, but it has this number.
  if (excludes_canaries(settings.excluded_ports)) config.canaries = 0;
  while (!config.seed || *config.seed == 0) config.seed = random_uint64();
  choose_router(config);
  choose_format(config);
  check_positions(settings);
  return {};
}

Result<Settings> read_settings(std::span<const std::string> arguments,
                               const std::string& system_config) {
  const std::vector<OptionUse> command_line = TRY(parse_arguments(arguments));
  Settings settings;
  for (const OptionUse& use : command_line) {
    if (use.option->phase != Phase::kInformation) continue;
    TRY(use.option->apply(settings, use));
    if (settings.action != Action::kScan) return settings;
  }
  const FileGivens files = TRY(read_config_files(command_line, system_config));
  settings.config_files = files.paths;
  if (!files.checkpoint.empty()) TRY(apply_checkpoint(files, settings));
  TRY(apply_all(files.others, settings));
  forget_replaced(command_line, settings);
  TRY(apply_all(command_line, settings));
  TRY(check_shard(settings.config));
  TRY(check_stdin(settings));
  TRY(load(settings.exclude_files, targets::ListKind::kExcludes, settings.excludes));
  const auto kind =
      settings.takes_any_name ? targets::ListKind::kTargetsAndAnyName : targets::ListKind::kTargets;
  TRY(load(settings.target_files, kind, settings.targets));
  TRY(check_scopes(settings.targets.scopes, settings.config.network.interface));
  TRY(check_scopes(settings.excludes.scopes, settings.config.network.interface));
  TRY(settle(settings));
  return settings;
}

Result<targets::TargetList> load_excludes_again(std::vector<AddressFile> files,
                                                const std::string& interface) {
  std::erase_if(files, [](const AddressFile& file) { return file.path == "-"; });
  for (const AddressFile& file : files) TRY(check_is_regular(file));
  targets::TargetList excludes;
  TRY(load(files, targets::ListKind::kExcludes, excludes));
  TRY(check_scopes(excludes.scopes, interface));
  return excludes;
}

std::vector<std::string> input_files(const Settings& settings) {
  std::vector<std::string> files = settings.reading.files;
  files.insert(files.end(), settings.config_files.begin(), settings.config_files.end());
  for (const auto* list : {&settings.target_files, &settings.exclude_files}) {
    for (const AddressFile& file : *list) files.push_back(file.path);
  }
  return files;
}

}  // namespace masscan::cli
