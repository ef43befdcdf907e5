// The format of unicornscan as masscan writes it, -oU: columns for people. See
// docs/formats/unicornscan.md.
#pragma once

#include <string>

#include "format/document_info.h"
#include "record/record.h"

namespace masscan::format {

void append_unicornscan_header(std::string& out, const DocumentInfo& info);
void append_unicornscan_record(std::string& out, const record::Record& record);
void append_unicornscan_trailer(std::string& out, const Ending& ending);

}  // namespace masscan::format
