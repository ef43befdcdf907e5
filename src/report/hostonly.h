// Two formats without structure: hostonly (-oH), an address per line, for `sort -u`; and none,
// which writes nothing at all. See docs/formats/hostonly.md.
#pragma once

#include <string>

#include "report/banner.h"
#include "report/record.h"

namespace masscan::report {

void append_hostonly_record(std::string& out, const Record& record);
void append_hostonly_banner(std::string& out, const Banner& banner);

void append_nothing(std::string& out, const Record& record);

}  // namespace masscan::report
