// Comma-separated values (RFC 4180), -oC: for spreadsheets and data frames. See
// docs/formats/csv.md.
#include <fmt/format.h>

#include <string_view>

#include "format/formats.h"

namespace masscan::format {
namespace {

// Protects the bytes of a banner, from `begin` to the end of `out`. Their escapes leave commas
// alone, and a spreadsheet evaluates a value that begins like a formula (CWE-1236).
void protect(std::string& out, std::size_t begin) {
  constexpr std::string_view kFormula = "=+-@";
  if (begin < out.size() && kFormula.find(out[begin]) != std::string_view::npos) {
    out.replace(begin, 1, fmt::format("\\x{:02x}", out[begin]));
  }
  if (out.find(',', begin) == std::string::npos) return;
  out.insert(begin, 1, '"');
  out += '"';
}

void append_csv_header(std::string& out, const DocumentInfo& info) {
  out += record::to_string(info.columns);
  out += "\r\n";
}

void append_csv_row(std::string& out, std::span<const record::Column> columns,
                    const record::ResultView& result) {
  bool is_first = true;
  for (const record::Column column : columns) {
    if (!is_first) out += ',';
    is_first = false;
    const std::size_t begin = out.size();
    record::append_value(out, column, result);
    protect(out, begin);
  }
  out += "\r\n";
}

void append_csv_record(std::string& out, const record::Record& record) {
  append_csv_row(out, record::default_columns(), record::ResultView(record));
}

void append_csv_banner(std::string& out, const record::Banner& banner) {
  append_csv_row(out, record::default_columns(), record::ResultView(banner));
}

}  // namespace

constinit const Format kCsvFormat = {.name = "csv",
                                     .letter = 'C',
                                     .header = append_csv_header,
                                     .record = append_csv_record,
                                     .banner = append_csv_banner,
                                     .row = append_csv_row};

}  // namespace masscan::format
