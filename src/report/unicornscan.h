// The format of unicornscan as masscan writes it, -oU: columns for people. See
// docs/formats/unicornscan.md.
#pragma once

#include <string>

#include "report/document_info.h"
#include "report/record.h"

namespace masscan::report {

void append_unicornscan_header(std::string& out, const DocumentInfo& info);
void append_unicornscan_record(std::string& out, const Record& record);
void append_unicornscan_trailer(std::string& out, const Ending& ending);

}  // namespace masscan::report
