// What a row of the table of options says. Command line, configuration file, --echo, --help,
// --nmap, the manual page and shell completions all come from these rows; a new option is one row
// in one of the option_*.cc files and nothing else.
#pragma once

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

// An option as somebody wrote it: "--max-rate 100" or "rate = 100".
struct OptionUse {
  const Option* option = nullptr;
  std::string name;                  // as written, dashes included
  std::optional<std::string> index;  // the 3 of "adapter[3]"
  std::optional<std::string> value;
  std::string place;  // begins every message about it: "--max-rate" or "scan.conf:3:8: rate"
  bool is_from_file = false;
};

enum class Arity : std::uint8_t {
  kFlag,      // a value only after '=' or ':', and then a boolean
  kRequired,  // a value always
  kOptional,  // as a flag, but a number or boolean word in the next argument is its value too
  kSeveral,   // one value or more: every argument up to the next that begins with '-' and is more
};

// What may stand in brackets behind the name.
enum class Index : std::uint8_t {
  kNone,
  kAdapter,  // "adapter[0]" to [7]; the same as nothing is [0]
  kPort,     // "hello-string[80]"; needed
  kField,    // "http-header[Cookie]"
};

enum class Phase : std::uint8_t {
  kSetting,      // has a value in Settings
  kConfigFile,   // names a file whose settings take its place; `apply` is for what else it means
  kInformation,  // is answered at once, before any file is read; command line only
};

// Puts the value into the settings; opens no file. Value errors begin with `given.place`.
using Apply = Result<void> (*)(Settings& settings, const OptionUse& use);
// The values, one a line, that give this option its present effect again; none if that is the
// default.
using Echo = std::vector<std::string> (*)(const setup::Config& config);
// Drops what files said: the command line's list replaces a file's.
using Reset = void (*)(Settings& settings);

struct Option {
  std::string_view name{};       // as --echo writes it; empty for what has short forms only
  std::string_view aliases{};    // blank-separated, like the name without regard to case or - _ .
  std::string_view shorts{};     // blank-separated, exactly so: "-e -i"
  std::string_view nmap{};       // blank-separated: which of all these spellings nmap knows too
  std::string_view echoed_in{};  // blank-separated: rows that echo its effect, if not itself
  Arity arity = Arity::kFlag;
  std::string_view value_name{};  // for help: "PORTS"
  Phase phase = Phase::kSetting;
  Index index = Index::kNone;
  bool is_repeated = false;  // "-vvv" is three times "-v"
  // A file's line without a value says nothing, as masscan writes what is not set. Not for what
  // keeps a scan within bounds: there a value that got lost is an Error.
  bool may_be_empty = false;
  // Its line in a checkpoint may be edited: it does not decide what is asked.
  bool is_editable = false;
  std::string_view help{};    // a sentence; empty: understood, but not listed
  std::string_view reason{};  // of refuse and accept_with_note: why, and what to use instead
  Apply apply = nullptr;
  Echo echo = nullptr;
  Reset reset = nullptr;
};

}  // namespace masscan::cli
