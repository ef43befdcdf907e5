// --readscan, --diff and --deliver: calls `convert` and `output` with the settings.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "cli/options/settings.h"
#include "convert/convert.h"

namespace masscan::cli {

// Makes the part of the request that does not concern output. Looks up host names.
Result<convert::Request> conversion_request(const Settings& settings);

// Prints notes about the files on standard error.
Result<void> read_scan(const Settings& settings);

// Sends the results in spool files to the one server that the settings name.
Result<void> deliver(const Settings& settings);

// Writes NDJSON to the file of -oD, or else calls `print` with lines for people.
Result<void> print_diff(const Settings& settings,
                        const std::function<Result<void>(std::string_view)>& print);

}  // namespace masscan::cli
