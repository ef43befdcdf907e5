// What became different between two scans (--diff).
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "convert/convert.h"

namespace masscan::convert {

enum class DiffFormat : std::uint8_t { kText, kNdjson };

// Prints a line per difference of an endpoint, a port of an address, in the order of addresses and
// ports; see docs/formats/diff.md. `request.files` are the older and the newer one. A later record
// of an endpoint takes the place of an earlier one. Memory: about 60 bytes for each record and
// banner of both files, and the banners' text.
Result<void> diff(const Request& request, DiffFormat format, const Note& note,
                  const std::function<Result<void>(std::string_view)>& print);

}  // namespace masscan::convert
