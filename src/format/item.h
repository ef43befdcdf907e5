// What a reader makes of a piece of a file of results: a line, or a record of a binary file.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

// Part of a header or trailer, a separator, an empty line.
struct NotAResult {};

// A header that tells when its scan began.
struct ScanStart {
  WallTime time;
};

// Makes no sense; the next piece may.
struct Malformed {
  std::string_view reason;  // lives as long as the program
  bool is_last = false;     // nothing behind it can be read
};

// The number of this and later banners' application means another thing in another version of
// masscan, and nothing tells which one wrote the file: it is a guess.
struct AmbiguousDialect {};

// The length of a piece of which nothing tells where it ends.
constexpr std::size_t kEndless = std::string_view::npos;

using FileItem = std::variant<NotAResult, ScanStart, record::Record, record::Banner, Malformed,
                              AmbiguousDialect>;

}  // namespace masscan::format
