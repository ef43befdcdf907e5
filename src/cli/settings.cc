#include "cli/settings.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "cli/arguments.h"
#include "cli/config_file.h"
#include "targets/target_parser.h"

namespace masscan::cli {
namespace {

constexpr int kDeepestFile = 16;  // files that name files

// Appends the settings of a file, and of the files it names where it names them.
// `place` is what named it.
Result<void> read_config(const std::string& path, const std::string& place, int depth,
                         std::vector<Given>& into) {
  if (depth > kDeepestFile) {
    return usage_error("{}: more than {} configuration files name each other; does it name itself?",
                       path, kDeepestFile);
  }
  const Result<std::string> text = read_file(path);
  if (!text) return Error(text.error()).within(place);
  std::vector<Given> givens = TRY(parse_config(*text, path));
  for (Given& given : givens) {
    if (given.option->stage == Stage::kConfigFile) {
      TRY(read_config(*given.value, given.place, depth + 1, into));
    } else {
      into.push_back(std::move(given));
    }
  }
  return {};
}

// The system's file first, then those of the command line.
Result<std::vector<Given>> read_config_files(std::span<const Given> command_line,
                                             const std::string& system_config) {
  std::vector<Given> givens;
  std::error_code ignored;
  if (std::filesystem::exists(system_config, ignored)) {
    TRY(read_config(system_config, "the system's configuration", 1, givens));
  }
  for (const Given& given : command_line) {
    if (given.option->stage != Stage::kConfigFile) continue;
    TRY(read_config(*given.value, given.place, 1, givens));
  }
  return givens;
}

void forget_replaced(std::span<const Given> command_line, Settings& settings) {
  for (const Given& given : command_line) {
    if (given.option->forget != nullptr) given.option->forget(settings);
  }
}

Result<void> load(const std::vector<AddressFile>& files, targets::AddressSet& into) {
  for (const AddressFile& file : files) {
    Result<void> loaded = targets::load_target_file(file.path, into);
    if (!loaded) return std::move(loaded).error().within(file.place);
  }
  return {};
}

// Standard input can be read only once.
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

// Each part would be cut from another order, and together they would miss targets.
Result<void> check_shard(const scan::Config& config) {
  if (config.shard.count == 1 || config.seed) return {};
  return usage_error(
      "--shard: parts {} fit together only if all have one order; add --seed N, the "
      "same for each",
      to_string(config.shard));
}

}  // namespace

Result<void> apply_all(std::span<const Given> givens, Settings& settings) {
  for (const Given& given : givens) {
    if (given.option->stage == Stage::kConfigFile) continue;
    TRY(given.option->apply(settings, given));
  }
  return {};
}

void settle(Settings& settings) {
  scan::Config& config = settings.config;
  config.targets.subtract(config.excludes);
  config.ports.subtract(settings.excluded_ports);
  while (!config.seed || *config.seed == 0) config.seed = random_uint64();
}

Result<Settings> read_settings(std::span<const std::string> arguments,
                               const std::string& system_config) {
  const std::vector<Given> command_line = TRY(parse_arguments(arguments));
  Settings settings;
  for (const Given& given : command_line) {
    if (given.option->stage != Stage::kInformation) continue;
    TRY(given.option->apply(settings, given));
    if (settings.action != Action::kScan) return settings;
  }
  const std::vector<Given> from_files = TRY(read_config_files(command_line, system_config));
  TRY(apply_all(from_files, settings));
  forget_replaced(command_line, settings);
  TRY(apply_all(command_line, settings));
  TRY(check_shard(settings.config));
  TRY(check_stdin(settings));
  TRY(load(settings.exclude_files, settings.config.excludes));
  TRY(load(settings.target_files, settings.config.targets));
  settle(settings);
  return settings;
}

}  // namespace masscan::cli
