// Reads back what a document holds: to go on with a scan without repeating its results.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "format/format.h"
#include "record/record.h"

namespace masscan::files {

// Whether there is a file at all, and not a pipe or standard output ("-"), and its format can be
// read.
bool can_be_read_back(const std::string& path, const format::Format& format);

// Calls `visit` for every status record in a file of results, in order, with bounded memory. What
// holds none (headers, banners, an incomplete last line) are passed over. What cannot be read back
// holds no records.
Result<void> read_records(const std::string& path, const format::Format& format,
                          const std::function<void(const record::Record&)>& visit);

}  // namespace masscan::files
