// The grepable format of nmap as masscan writes it, -oG. See docs/formats/grepable.md.
#pragma once

#include <string>
#include <string_view>

#include "report/banner.h"
#include "report/document_info.h"
#include "report/parsed.h"
#include "report/record.h"

namespace masscan::report {

void append_grepable_header(std::string& out, const DocumentInfo& info);
void append_grepable_record(std::string& out, const Record& record);
void append_grepable_banner(std::string& out, const Banner& banner);
void append_grepable_trailer(std::string& out, const Ending& ending);
Parsed parse_grepable_line(std::string_view line, std::string& bytes);

}  // namespace masscan::report
