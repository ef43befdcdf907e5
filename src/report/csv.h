// Comma-separated values (RFC 4180), -oC: for spreadsheets and data frames. See
// docs/formats/csv.md.
#pragma once

#include <span>
#include <string>

#include "report/column.h"
#include "report/document_info.h"

namespace masscan::report {

// All columns but the bytes of banners, which are the last one.
void append_csv_header(std::string& out, const DocumentInfo& info);
void append_csv_row(std::string& out, std::span<const Column> columns, const Finding& finding);

// With every column.
void append_csv_record(std::string& out, const Record& record);
void append_csv_banner(std::string& out, const Banner& banner);

}  // namespace masscan::report
