// The NDJSON format, -oD: a JSON object per line, complete by itself. See docs/formats/ndjson.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "report/banner.h"
#include "report/record.h"

namespace masscan::report {

void append_ndjson_record(std::string& out, const Record& record);
void append_ndjson_banner(std::string& out, const Banner& banner);
std::optional<Record> parse_ndjson_record(std::string_view line);

}  // namespace masscan::report
