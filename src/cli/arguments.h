// The grammar of the command line: words in, options out. Values are not looked at here.
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

// A name with its index, "adapter[1]"; shared with configuration files.
struct IndexedName {
  std::string_view name;
  std::optional<std::string> index;
};
// `place` begins the Error. The name borrows from `text`.
Result<IndexedName> parse_indexed_name(std::string_view text, std::string_view place);
// Does the row allow what stands in brackets behind its name? Numbers lose their leading zeros.
Result<void> check_index(OptionUse& use);

}  // namespace masscan::cli
