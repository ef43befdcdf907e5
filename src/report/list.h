// The list format, -oL: a line per record, for grep and awk. See docs/formats/list.md.
#pragma once

#include <string>
#include <string_view>

#include "report/banner.h"
#include "report/document_info.h"
#include "report/parsed.h"
#include "report/record.h"

namespace masscan::report {

void append_list_header(std::string& out, const DocumentInfo& info);
void append_list_record(std::string& out, const Record& record);
void append_list_banner(std::string& out, const Banner& banner);
void append_list_trailer(std::string& out, const Ending& ending);
Parsed parse_list_line(std::string_view line, std::string& bytes);

}  // namespace masscan::report
