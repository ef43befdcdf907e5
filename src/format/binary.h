// What the binary format (kBinaryFormat) can do besides.
#pragma once

#include <string>

#include "record/record.h"

namespace masscan::format {

// As kBinaryFormat.record, for readers of ours alone: every state is kept, and its cause.
void append_exact_binary_record(std::string& out, const record::Record& record);

}  // namespace masscan::format
