// The grammar of configuration files: lines of "key = value". Keys are the long names of options.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/options/option.h"

namespace masscan::cli {

// Parses the text of a file; opens nothing. Lines may have any length. Empty lines and lines that
// begin with punctuation are comments. A blank and '#' behind a value begin a comment. A value may
// stand in double quotes; a quote inside it is written twice. A line without a value is skipped if
// Option::may_be_empty allows it.
//
// Errors: begin with `path`:line:column.
Result<std::vector<OptionUse>> parse_config(std::string_view text, std::string_view path);

}  // namespace masscan::cli
