// The JSON format, -oJ: one array with an object per record. See docs/formats/json.md.
#pragma once

#include <string>
#include <string_view>

#include "format/document_info.h"
#include "format/format.h"
#include "format/item.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

extern const Enclosure kJsonEnclosure;

void append_json_header(std::string& out, const DocumentInfo& info);
void append_json_record(std::string& out, const record::Record& record);
void append_json_banner(std::string& out, const record::Banner& banner);
void append_json_trailer(std::string& out, const Ending& ending);
FileItem parse_json_line(std::string_view line, std::string& bytes);

}  // namespace masscan::format
