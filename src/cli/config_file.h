// The grammar of configuration files: lines of "key = value". Keys are the long names of options.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/options/option.h"

namespace masscan::cli {

// Lines of any length; empty lines and lines that begin with punctuation are comments. Errors
// begin with `path`:line:column. Opens nothing.
//
// Behind any value a blank and '#' begin a comment. A value in double quotes is what stands between
// them, whatever it is; a quote in it is written twice. Lines without a value whose row allows that
// are left out.
Result<std::vector<OptionUse>> parse_config(std::string_view text, std::string_view path);

}  // namespace masscan::cli
