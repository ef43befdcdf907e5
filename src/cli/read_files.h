// --readscan, --diff and --deliver: what the settings say, handed to those who do it.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "cli/options/settings.h"
#include "convert/convert.h"

namespace masscan::cli {

// The part that is not about output. Looks host names up.
Result<convert::Request> conversion_request(const Settings& settings);

// Notes about the files go to standard error.
Result<void> read_scan(const Settings& settings);

// What waits in spools goes to the one server that is named.
Result<void> deliver(const Settings& settings);

// To the file of -oD, or as lines for people to `print`.
Result<void> print_diff(const Settings& settings,
                        const std::function<Result<void>(std::string_view)>& print);

}  // namespace masscan::cli
