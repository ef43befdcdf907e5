// The grammar of the command line: turns words into options. Does not check values.
//
//   --name=value  --name:value  --name value  --name        -p80  -p 80  -oL file  -vvv  10.0.0.0/8
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options/option.h"

namespace masscan::cli {

Result<std::vector<OptionUse>> parse_arguments(std::span<const std::string> arguments);

// A name with its index: "adapter[1]". Configuration files use it too.
struct IndexedName {
  std::string_view name;
  std::optional<std::string> index;
};
// Errors: begin with `place`. The name is valid as long as `text`.
Result<IndexedName> parse_indexed_name(std::string_view text, std::string_view place);
// Checks that the option of `use` takes its index, and removes leading zeros from a number.
Result<void> check_index(OptionUse& use);

}  // namespace masscan::cli
