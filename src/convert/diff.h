// Compares the results of two scans (--diff).
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "convert/convert.h"

namespace masscan::convert {

enum class DiffFormat : std::uint8_t { kText, kNdjson };

// Prints a line per endpoint (address and port) that differs, in their order; see
// docs/formats/diff.md. `request.files` are the older and the newer file. A later record of an
// endpoint replaces an earlier one. Needs about 60 bytes of memory for each record and banner of
// both files, plus the text of banners.
Result<void> diff(const Request& request, DiffFormat format, const Note& note,
                  const std::function<Result<void>(std::string_view)>& print);

}  // namespace masscan::convert
