// The grepable format of nmap as masscan writes it, -oG. See docs/formats/grepable.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "report/banner.h"
#include "report/document_info.h"
#include "report/record.h"

namespace masscan::report {

void append_grepable_header(std::string& out, const DocumentInfo& info);
void append_grepable_record(std::string& out, const Record& record);
void append_grepable_banner(std::string& out, const Banner& banner);
void append_grepable_trailer(std::string& out, const Ending& ending);
std::optional<Record> parse_grepable_record(std::string_view line);

}  // namespace masscan::report
