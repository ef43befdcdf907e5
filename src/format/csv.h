// Comma-separated values (RFC 4180), -oC: for spreadsheets and data frames. See
// docs/formats/csv.md.
#pragma once

#include <span>
#include <string>

#include "format/document_info.h"
#include "record/column.h"

namespace masscan::format {

// All columns but the bytes of banners, which are the last one.
void append_csv_header(std::string& out, const DocumentInfo& info);
void append_csv_row(std::string& out, std::span<const record::Column> columns,
                    const record::ResultView& result);

// With every column.
void append_csv_record(std::string& out, const record::Record& record);
void append_csv_banner(std::string& out, const record::Banner& banner);

}  // namespace masscan::format
