// What command line and configuration files say together, before it becomes a setup::Config.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/help/completion.h"
#include "cli/help/origins.h"
#include "cli/options/option.h"
#include "cli/options/port_choice.h"
#include "format/dialect.h"
#include "record/application.h"
#include "setup/config.h"
#include "targets/port_set.h"
#include "targets/target_list.h"

namespace masscan::cli {

// What the program is asked to do; the last one said counts.
enum class Action : std::uint8_t {
  kScan,
  kEcho,
  kEchoAll,
  kEchoCidr,
  kReadRange,
  kListTargets,
  kHelp,
  kNmap,
  kManual,
  kCompletion,
  kVersion,
  kIflist,
  kDoctor,
  kReadScan,
  kDiff,
  kDeliver,
};

// What --readscan and --diff are to do besides what a scan's options say.
struct Reading {
  std::vector<std::string> files;  // of the action
  std::optional<format::Dialect> dialect;
  std::optional<WallTime> since;
  std::optional<WallTime> until;
  std::vector<record::Application> applications;
  bool banners = true;
  // Something was named, even if the excludes have left nothing of it.
  bool has_targets = false;
  bool has_ports = false;
};

struct AddressFile {
  std::string path;   // "-" is standard input
  std::string place;  // of the option that named it
};

struct Settings {
  setup::Config config;
  Action action = Action::kScan;
  Completion completion = nullptr;  // of Action::kCompletion
  Origins origins;
  Reading reading;

  // What options and files name, before it is sorted into `config`.
  targets::TargetList targets;
  targets::TargetList excludes;
  std::vector<std::string> notes;  // for standard error: what was accepted and changes nothing

  bool is_resumed = false;     // the checkpoint has been read
  bool has_our_order = false;  // a file said so of its positions
  // What the resume point says of the settings behind it (settings_sum), if it does.
  std::optional<std::uint64_t> point_sum;
  std::string damaged_point;  // where a resume point stood that makes no sense; empty: none did

  std::optional<double> max_rate_pps;  // of the last rate, if it was said as a limit (--max-rate)
  PortChoice ports;
  // Taken out of the ports when everything is said, so that the order does not matter.
  targets::PortSet excluded_ports;
  // Files are named while options are read, and opened afterwards.
  std::vector<AddressFile> target_files;
  bool takes_any_name = false;  // in target files, names without a dot too
  std::vector<AddressFile> exclude_files;
  std::vector<std::string> config_files;  // a checkpoint among them
};

}  // namespace masscan::cli
