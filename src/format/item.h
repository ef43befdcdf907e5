// A parsed item of a result file: a line, or a record of a binary file.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

// Part of a header or trailer, a separator, or an empty line.
struct NotAResult {};

// A header with the start time of its scan.
struct ScanStart {
  WallTime time;
};

// A malformed item; later items may be valid.
struct Malformed {
  std::string_view reason;  // valid until the program ends
  bool is_last = false;     // nothing after it can be read
};

// From here on, banners have application numbers that differ between versions of masscan, and the
// version that wrote the file is unknown. They are interpreted by a guess.
struct AmbiguousDialect {};

// The length of an item without a recognisable end.
constexpr std::size_t kEndless = std::string_view::npos;

using FileItem = std::variant<NotAResult, ScanStart, record::Record, record::Banner, Malformed,
                              AmbiguousDialect>;

}  // namespace masscan::format
