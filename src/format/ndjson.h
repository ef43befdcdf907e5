// The NDJSON format, -oD: a JSON object per line, complete by itself. See docs/formats/ndjson.md.
#pragma once

#include <string>
#include <string_view>

#include "format/item.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

void append_ndjson_record(std::string& out, const record::Record& record);
void append_ndjson_banner(std::string& out, const record::Banner& banner);
// With the bytes in base64 (RFC 4648) besides: "base64":"AAE=" behind "banner".
void append_ndjson_base64_banner(std::string& out, const record::Banner& banner);
FileItem parse_ndjson_line(std::string_view line, std::string& bytes);

}  // namespace masscan::format
