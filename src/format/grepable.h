// The grepable format of nmap as masscan writes it, -oG. See docs/formats/grepable.md.
#pragma once

#include <string>
#include <string_view>

#include "format/document_info.h"
#include "format/item.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

void append_grepable_header(std::string& out, const DocumentInfo& info);
void append_grepable_record(std::string& out, const record::Record& record);
void append_grepable_banner(std::string& out, const record::Banner& banner);
void append_grepable_trailer(std::string& out, const Ending& ending);
FileItem parse_grepable_line(std::string_view line, std::string& bytes);

}  // namespace masscan::format
