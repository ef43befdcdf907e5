// The list format, -oL: a line per record, for grep and awk. See docs/formats/list.md.
#pragma once

#include <string>
#include <string_view>

#include "format/document_info.h"
#include "format/item.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

void append_list_header(std::string& out, const DocumentInfo& info);
void append_list_record(std::string& out, const record::Record& record);
void append_list_banner(std::string& out, const record::Banner& banner);
void append_list_trailer(std::string& out, const Ending& ending);
FileItem parse_list_line(std::string_view line, std::string& bytes);

}  // namespace masscan::format
