// Two formats without structure: hostonly (-oH), an address per line, for `sort -u`; and none,
// which writes nothing at all. See docs/formats/hostonly.md.
#pragma once

#include <string>

#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

void append_hostonly_record(std::string& out, const record::Record& record);
void append_hostonly_banner(std::string& out, const record::Banner& banner);

void append_nothing(std::string& out, const record::Record& record);

}  // namespace masscan::format
