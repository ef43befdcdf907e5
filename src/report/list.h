// The list format, -oL: a line per record, for grep and awk. See docs/formats/list.md.
#pragma once

#include <string>

#include "report/record.h"

namespace masscan::report {

void append_list_header(std::string& out);
void append_list_record(std::string& out, const Record& record);
void append_list_trailer(std::string& out);

}  // namespace masscan::report
