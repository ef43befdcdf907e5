// The binary format of masscan, -oB: a type, a length and a body per record, smallest and exact.
// See docs/formats/binary.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/document_info.h"
#include "format/item.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

void append_binary_header(std::string& out, const DocumentInfo& info);
void append_binary_record(std::string& out, const record::Record& record);
// The same for readers of ours alone: a filtered port keeps its state.
void append_exact_binary_record(std::string& out, const record::Record& record);
// As Format::append_run: ports of IPv4 addresses.
std::size_t append_binary_run(std::string& out, std::span<const record::Record> records);
void append_binary_banner(std::string& out, const record::Banner& banner);
void append_binary_trailer(std::string& out, const Ending& ending);

// As Format::frame and Format::parse. Every record masscan ever wrote is understood, applications
// keep the number in the file. `bytes` is not needed: a banner's text views into the frame.
std::size_t binary_frame(std::string_view rest);
FileItem parse_binary_record(std::string_view frame, std::string& bytes);
// As Format::parse_run: IPv4 ports that are open or closed.
std::size_t parse_binary_run(std::string_view rest, std::vector<record::Record>& records);

}  // namespace masscan::format
