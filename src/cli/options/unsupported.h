// Settings of features that are not supported yet. They are parsed, checked, kept and echoed, so
// that every file of masscan loads without loss. check_scan refuses a scan with one of them. When
// the feature is built, its row gets a field of setup::Config and no longer uses this file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/options/option.h"
#include "cli/options/value.h"
#include "setup/config.h"

namespace masscan::cli {

// Replaces the values of the same name and index. An empty value only removes them.
void keep_unsupported(Settings& settings, const OptionUse& use, std::string_view name,
                      std::string value);
// Adds a value to those of the same name and index.
void add_unsupported(Settings& settings, const OptionUse& use, std::string_view name,
                     std::string value);
// Removes all settings of this name, or those of this name and value.
void drop_unsupported(Settings& settings, std::string_view name);
void drop_unsupported(Settings& settings, std::string_view name, std::string_view value);

// For Apply: `canonical` checks the value and returns it as --echo writes it.
template <auto canonical>
Result<void> unsupported(Settings& settings, const OptionUse& use) {
  keep_unsupported(settings, use, use.option->name, TRY(canonical(use)));
  return {};
}

// The same for an option that may be given several times.
template <auto canonical>
Result<void> unsupported_list(Settings& settings, const OptionUse& use) {
  add_unsupported(settings, use, use.option->name, TRY(canonical(use)));
  return {};
}

// The same for an option that masscan keeps without effect. The reason of its row becomes a note.
template <auto canonical>
Result<void> unsupported_with_note(Settings& settings, const OptionUse& use) {
  TRY(unsupported<canonical>(settings, use));
  return accept_with_note(settings, use);
}

// Makes the row of such a setting.
constexpr Option not_yet(std::string_view names, std::string_view value, Apply check,
                         Index index = Index::kNone) {
  Option row = named(names, value);
  row.index = index;
  row.is_unsupported = true;
  row.apply = check;
  return row;
}

// Keeps the value of an option for the second or a further adapter.
Result<void> unsupported_adapter(Settings& settings, const OptionUse& use);

// Returns all lines of --echo for a row: "name = value" or "name[index] = value".
std::vector<std::string> echo_lines(const Option& option, const setup::Config& config);

}  // namespace masscan::cli
