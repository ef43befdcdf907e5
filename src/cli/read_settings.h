// From the words of a command line, and the files they name, to Settings.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options/option.h"
#include "cli/options/settings.h"
#include "targets/target_list.h"

namespace masscan::cli {

// Puts options into effect, in order. Opens nothing.
Result<void> apply_all(std::span<const OptionUse> uses, Settings& settings);

// Sorts the lists into the configuration, takes the excludes out of targets and ports and chooses
// seed and format where they are open, after which the plan is complete and repeatable.
Result<void> settle(Settings& settings);

// Everything: the system's configuration file if there is one, the files the command line names,
// then the command line, then the address files. The command line wins wherever it stands; among
// files, and within the command line, the later one does. Targets and excludes of all sources add
// up; ports and source addresses of the command line replace those of files.
//
// A checkpoint comes first and stands for all that the interrupted scan was told: of the system's
// file only the excludes count besides. What is excluded now goes to `late_excludes`.
Result<Settings> read_settings(std::span<const std::string> arguments,
                               const std::string& system_config);

// Every file that is read: addresses, results and configurations.
std::vector<std::string> input_files(const Settings& settings);

// What the exclude files of a scan through this interface hold now. Standard input can be read only
// once and is left out.
Result<targets::TargetList> load_excludes_again(std::vector<AddressFile> files,
                                                const std::string& interface);

}  // namespace masscan::cli
