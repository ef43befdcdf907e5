// Settings whose feature is not built yet. They are read, checked, kept and echoed, so that every
// file of masscan loads and none of its lines is lost; check_scan refuses a scan with one of them.
// When the feature is built, its row gets a field of setup::Config and leaves this.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/options/option.h"
#include "cli/options/value.h"
#include "setup/config.h"

namespace masscan::cli {

// The value takes the place of others of the same name and index; an empty one only removes them.
void keep_unsupported(Settings& settings, const OptionUse& use, std::string_view name,
                      std::string value);
// The value joins those of the same name and index.
void add_unsupported(Settings& settings, const OptionUse& use, std::string_view name,
                     std::string value);
// Nothing of this name was said, or nothing of this name and value.
void drop_unsupported(Settings& settings, std::string_view name);
void drop_unsupported(Settings& settings, std::string_view name, std::string_view value);

// For Apply: `canonical` checks the value and gives it as --echo writes it.
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

// The same for what masscan keeps, and obeys no more than we do: its row says so in a note.
template <auto canonical>
Result<void> unsupported_with_note(Settings& settings, const OptionUse& use) {
  TRY(unsupported<canonical>(settings, use));
  return accept_with_note(settings, use);
}

// What an option means for the second adapter, or a further one.
Result<void> unsupported_adapter(Settings& settings, const OptionUse& use);

// "name = value" or "name[index] = value": all that --echo has to say about a row.
std::vector<std::string> echo_lines(const Option& option, const setup::Config& config);

}  // namespace masscan::cli
