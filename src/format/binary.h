// What the binary format (kBinaryFormat) can do besides.
#pragma once

#include <string>

#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

// As kBinaryFormat.record and .banner, for readers of ours alone: every state is kept, and its
// cause, and the software of a service.
void append_exact_binary_record(std::string& out, const record::Record& record);
void append_exact_binary_banner(std::string& out, const record::Banner& banner);

}  // namespace masscan::format
