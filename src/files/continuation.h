// Where results go on in a file that has some already (--append-output, --resume).
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "format/compression.h"
#include "format/format.h"

namespace masscan::files {

// What a file holds that goes on.
struct Continuation {
  std::uint64_t end = 0;     // offset at which the next bytes belong
  std::uint64_t excess = 0;  // bytes behind it, which do not count
  bool has_header = false;   // the document that is there goes on: it needs no other header
  bool has_records = false;  // in an enclosure the next one needs a separator
  std::string head = {};     // how the file begins
};

// Formats of single lines go on at the end of the file, with a document of their own. An enclosed
// document goes on behind its last record, where its trailer is now. What a crash has left behind
// the last complete line does not count: it begins at `end`. An Error if the file is not of this
// format, and so had to be damaged. A file that does not exist, a pipe or device is empty.
//
// A compressed file goes on behind a whole piece (format/compression.h): what a crash left of the
// last one is cut off, and a place in the middle of one is an Error.
Result<Continuation> find_continuation(const std::string& path, const format::Format& format,
                                       format::Compression compression);

}  // namespace masscan::files
