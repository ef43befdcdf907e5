// A row of the table of options. Command line, configuration files, --echo, --help, --nmap, the
// manual page and shell completions are all made from these rows: a new option is one row in one
// file of this folder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "setup/config.h"

namespace masscan::cli {

struct Option;
struct Settings;

// One use of an option: "--max-rate 100" or "rate = 100".
struct OptionUse {
  const Option* option = nullptr;
  std::string name;                  // as written, dashes included
  std::optional<std::string> index;  // the 3 of "adapter[3]"
  std::optional<std::string> value;
  std::string place;  // begins every error about it: "--max-rate" or "scan.conf:3:8: rate"
  bool is_from_file = false;
};

enum class Arity : std::uint8_t {
  kFlag,      // takes a boolean after '=' or ':', or no value
  kRequired,  // always takes a value
  kOptional,  // like kFlag, but the next argument is its value if it is a number or a boolean
  kSeveral,   // takes every argument up to the next option, at least one
};

// The index in brackets behind the name.
enum class Index : std::uint8_t {
  kNone,
  kAdapter,  // "adapter[0]" to "adapter[7]"; no index means [0]
  kPort,     // "hello-string[80]"; required
  kField,    // "http-header[Cookie]"
};

enum class Phase : std::uint8_t {
  kSetting,      // has a value in Settings
  kConfigFile,   // names a file whose settings replace it; `apply` does what else it means
  kInformation,  // is answered before any file is read; command line only
};

// Stores the value in the settings. Opens no file.
// Errors: begin with `use.place`.
using Apply = Result<void> (*)(Settings& settings, const OptionUse& use);
// Returns the values that reproduce this setting, one per line of --echo; none for the default.
using Echo = std::vector<std::string> (*)(const setup::Config& config);
// Removes the values of files, before the first value of the command line is applied.
using Reset = void (*)(Settings& settings);
using DefaultValue = std::string (*)();

struct Option {
  // Lists of names are separated by blanks.
  std::string_view name{};        // as --echo writes it; empty if there are short forms only
  std::string_view aliases{};     // like the name, compared without case, '-', '_' and '.'
  std::string_view shorts{};      // "-e -i", compared exactly
  std::string_view nmap{};        // those of the names above that nmap has too
  std::string_view echoed_in{};   // the rows that echo its effect; empty: this row
  std::string_view value_name{};  // for help: "PORTS"
  Arity arity = value_name.empty() ? Arity::kFlag : Arity::kRequired;
  Phase phase = Phase::kSetting;
  Index index = Index::kNone;
  bool is_repeated = false;  // "-vvv" is three times "-v"
  // A line without a value in a file is ignored: masscan writes such lines for what is not set. An
  // option that limits the scan must not set this: there a missing value is an Error.
  bool may_be_empty = false;
  bool is_unsupported = false;  // parsed and kept, but a scan with it is refused
  // Its line in a checkpoint may be edited, because it does not change which probes are sent.
  bool is_editable = false;
  std::string_view help{};               // one sentence or more; empty: accepted, but not listed
  DefaultValue default_value = nullptr;  // for help; null: none, or `help` says it
  std::string_view reason{};  // for refuse and accept_with_note: why, and what to use instead
  Apply apply = nullptr;
  Echo echo = nullptr;
  Reset reset = nullptr;
};

// Makes a row with these names: short forms, then the long name, then its aliases.
constexpr Option named(std::string_view names) {
  Option row;
  const std::size_t long_names =
      names.starts_with('-') ? names.find(' ', names.rfind(" -") + 1) : 0;
  row.shorts = names.substr(0, long_names);
  names.remove_prefix(std::min(long_names, names.size()));
  while (names.starts_with(' ')) names.remove_prefix(1);
  row.name = names.substr(0, names.find(' '));
  row.aliases = names.substr(std::min(row.name.size() + 1, names.size()));
  return row;
}

// Makes a row with a value: "FILE"; "[FILE]" where a file may name none; "" for a flag.
constexpr Option named(std::string_view names, std::string_view value) {
  Option row = named(names);
  row.may_be_empty = value.starts_with('[');
  row.value_name = row.may_be_empty ? value.substr(1, value.size() - 2) : value;
  row.arity = value.empty() ? Arity::kFlag : Arity::kRequired;
  return row;
}

}  // namespace masscan::cli
