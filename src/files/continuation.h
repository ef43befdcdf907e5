// Finds where to append results to an existing file (--append-output, --resume).
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "format/compression.h"
#include "format/format.h"

namespace masscan::files {

// The state of an existing file.
struct Continuation {
  std::uint64_t end = 0;     // offset of the next byte to write
  std::uint64_t excess = 0;  // bytes after it, to be discarded
  bool has_header = false;   // the existing document is continued and needs no header
  bool has_records = false;  // an enclosed format needs a separator first
  std::string head = {};     // first bytes of the file
};

// Formats of single lines continue at the end of the file, with a new document. An enclosed
// document continues after its last record, where its trailer is now. What a crash left after the
// last complete line is discarded: it begins at `end`. Errors: the file has another format and
// would be damaged. A missing file, a pipe or a device counts as empty.
//
// A compressed file continues after a whole piece (format/compression.h): an incomplete last piece
// is removed. A position within a piece is an Error.
Result<Continuation> find_continuation(const std::string& path, const format::Format& format,
                                       format::Compression compression);

}  // namespace masscan::files
