// Reads a whole file of results, of any format and however compressed, piece by piece: memory does
// not grow with the file. Every byte may be hostile.
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
  const format::Format* format = nullptr;  // null: recognised by the file's content
  std::optional<format::Dialect> dialect =
      {};  // of binary files; nothing: what the file looks like
  // Gets, instead of Visit, records that follow each other where the format can read many at once.
  // False: enough.
  std::function<bool(std::span<const record::Record> records)> visit_run = nullptr;
  int interruption = -1;  // see Input::open
};

// Gets what a file holds, in order, but for its furniture; `offset` is where its frame begins in
// the file, decompressed. False: enough, nothing more is read. Views into `parsed` end with the
// call.
using Visit = std::function<bool(const format::FileItem& parsed, std::uint64_t offset)>;

// A file is read as far as it goes: what makes no sense is Damage, also what is cut off at its end
// or cannot be decompressed. An Error is a file that cannot be opened or read, or is of no format
// we know. A file of 0 bytes is one of a scan that found nothing.
Result<void> read_entries(const std::string& path, const ReadOptions& options, const Visit& visit);

// The format with whose opening these first bytes of a file begin, or one that finds a record in
// the first lines; null if there is none.
const format::Format* recognise(std::string_view head);

}  // namespace masscan::files
