// Reads back what a document holds: to go on with a scan without repeating its results.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "report/format.h"
#include "report/record.h"

namespace masscan::report {

// Calls `visit` for every status record in a file of results, in order, with bounded memory. What
// holds none (headers, banners, an incomplete last line) are passed over. A file that does not
// exist, standard output ("-") and pipes hold no records, and neither does a format without
// `parse`.
Result<void> read_records(const std::string& path, const Format& format,
                          const std::function<void(const Record&)>& visit);

}  // namespace masscan::report
