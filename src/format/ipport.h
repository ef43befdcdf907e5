// ipport (-oP): an open port per line, as the next program takes it: "10.0.0.1:80". See
// docs/formats/ipport.md.
#pragma once

#include <string>
#include <string_view>

#include "format/item.h"
#include "record/record.h"

namespace masscan::format {

// Nothing for what is not open, or has no port: a line has no room to say so.
void append_ipport_record(std::string& out, const record::Record& record);
FileItem parse_ipport_line(std::string_view line, std::string& bytes);

}  // namespace masscan::format
