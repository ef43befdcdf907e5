// The lines people watch on standard output while a scan runs. See docs/formats/stdout.md.
#pragma once

#include <string>

#include "report/banner.h"
#include "report/record.h"

namespace masscan::report {

void append_interactive_record(std::string& out, const Record& record);
void append_interactive_banner(std::string& out, const Banner& banner);

}  // namespace masscan::report
