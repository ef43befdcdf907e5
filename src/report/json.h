// The JSON format, -oJ: one array with an object per record. See docs/formats/json.md.
#pragma once

#include <string>
#include <string_view>

#include "report/banner.h"
#include "report/document_info.h"
#include "report/format.h"
#include "report/parsed.h"
#include "report/record.h"

namespace masscan::report {

extern const Enclosure kJsonEnclosure;

void append_json_header(std::string& out, const DocumentInfo& info);
void append_json_record(std::string& out, const Record& record);
void append_json_banner(std::string& out, const Banner& banner);
void append_json_trailer(std::string& out, const Ending& ending);
Parsed parse_json_line(std::string_view line, std::string& bytes);

}  // namespace masscan::report
