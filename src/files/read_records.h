// Reads the records of a result file, to resume a scan without repeating its results.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "format/format.h"
#include "record/record.h"

namespace masscan::files {

// True for a file, not a pipe or standard output ("-"), of a format that can be read.
bool can_be_read_back(const std::string& path, const format::Format& format);

// Calls `visit` for each status record in file order, with bounded memory. Skips headers, banners
// and an incomplete last line. A file that cannot be read back has no records.
Result<void> read_records(const std::string& path, const format::Format& format,
                          const std::function<void(const record::Record&)>& visit);

}  // namespace masscan::files
