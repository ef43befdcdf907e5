// Makes Settings from the words of a command line and the files that they name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options/option.h"
#include "cli/options/settings.h"
#include "targets/target_list.h"

namespace masscan::cli {

// Applies options in order. Opens nothing.
Result<void> apply_all(std::span<const OptionUse> uses, Settings& settings);

// Completes the configuration: moves the lists into it, subtracts the excludes from targets and
// ports, and chooses a seed and a format if none was given. The plan is repeatable afterwards.
Result<void> settle(Settings& settings);

// Reads everything: the system's configuration file if it exists, then the files that the command
// line names, the command line itself, and the address files. The command line overrides files; a
// later file or option overrides an earlier one. Targets and excludes of all sources are added
// together. Ports and source addresses of the command line replace those of files.
//
// A checkpoint is read first and holds all settings of the interrupted scan. Of the system's file
// only the excludes are used then. New excludes are added to `late_excludes`.
Result<Settings> read_settings(std::span<const std::string> arguments,
                               const std::string& system_config);

// Lists every file that is read: addresses, results and configurations.
std::vector<std::string> input_files(const Settings& settings);

// Reads the exclude files of a scan through this interface again. Skips standard input, which can
// be read only once.
Result<targets::TargetList> load_excludes_again(std::vector<AddressFile> files,
                                                const std::string& interface);

}  // namespace masscan::cli
