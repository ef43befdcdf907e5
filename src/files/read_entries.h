// Reads a result file of any format and compression in pieces; memory does not grow with the file.
// Input is untrusted.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "format/dialect.h"
#include "format/format.h"
#include "format/item.h"

namespace masscan::files {

struct ReadOptions {
  const format::Format* format = nullptr;  // null: detected from the contents
  std::optional<format::Dialect> dialect =
      {};  // for binary files; nullopt: detected from the contents
  // Called instead of Visit with consecutive records, if the format has a bulk parser. Returns
  // false to stop.
  std::function<bool(std::span<const record::Record> records)> visit_run = nullptr;
  int interruption = -1;  // see Input::open
};

// Called for each result in file order; headers and separators are skipped. `offset` is the item's
// position in the decompressed file. Returns false to stop reading. `parsed` is valid until the
// call returns.
using Visit = std::function<bool(const format::FileItem& parsed, std::uint64_t offset)>;

// Reads as much as possible: malformed items are reported as Malformed, also an incomplete last one
// or data that cannot be decompressed. Errors: the file cannot be opened or read, or has no known
// format. An empty file is a scan without results.
Result<void> read_entries(const std::string& path, const ReadOptions& options, const Visit& visit);

// Returns the format whose opening `head` starts with, or one that parses a record in the first
// lines; null if there is none.
const format::Format* recognise(std::string_view head);

}  // namespace masscan::files
