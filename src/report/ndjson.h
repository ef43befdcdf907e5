// The NDJSON format, -oD: a JSON object per line, complete by itself. See docs/formats/ndjson.md.
#pragma once

#include <string>

#include "report/record.h"

namespace masscan::report {

void append_ndjson_record(std::string& out, const Record& record);

}  // namespace masscan::report
