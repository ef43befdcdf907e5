// The lines people watch on standard output while a scan runs. See docs/formats/stdout.md.
#pragma once

#include <string>

#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

void append_interactive_record(std::string& out, const record::Record& record);
void append_interactive_banner(std::string& out, const record::Banner& banner);

}  // namespace masscan::format
