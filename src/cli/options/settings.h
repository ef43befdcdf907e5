// The settings of command line and configuration files, and what is needed to complete them.
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

// What the program does; the last option that selects an action wins.
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

// Settings of --readscan and --diff that a scan does not have.
struct Reading {
  std::vector<std::string> files;  // arguments of the action
  std::optional<format::Dialect> dialect;
  std::optional<WallTime> since;
  std::optional<WallTime> until;
  std::vector<record::Application> applications;
  bool banners = true;
  // True if targets or ports were given, even if the excludes leave none.
  bool has_targets = false;
  bool has_ports = false;
};

struct AddressFile {
  std::string path;   // "-" is standard input
  std::string place;  // the option that named it
};

struct Settings {
  setup::Config config;
  Action action = Action::kScan;
  Completion completion = nullptr;  // of Action::kCompletion
  Origins origins;
  Reading reading;

  // Targets and excludes of options and files; settle() moves them into `config`.
  targets::TargetList targets;
  targets::TargetList excludes;
  std::vector<std::string> notes;  // for standard error: options that change nothing

  bool is_resumed = false;     // the checkpoint has been read
  bool has_our_order = false;  // positions of the file are in our order (resume-order)
  // The settings_sum that the resume point holds, if any.
  std::optional<std::uint64_t> point_sum;
  std::string damaged_point;  // place of an unreadable resume point; empty: there is none

  std::optional<double> max_rate_pps;  // the last rate, if it was given by --max-rate
  PortChoice ports;
  // Subtracted from the ports by settle(), so that the order of options does not matter.
  targets::PortSet excluded_ports;
  // Collected by options; read afterwards.
  std::vector<AddressFile> target_files;
  bool takes_any_name = false;  // target files may hold host names without a dot
  std::vector<AddressFile> exclude_files;
  std::vector<std::string> config_files;  // includes the checkpoint
};

}  // namespace masscan::cli
