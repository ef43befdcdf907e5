#include "report/csv.h"

#include <fmt/format.h>

#include <string_view>

namespace masscan::report {
namespace {

// The bytes of a banner, whose escapes leave commas alone; a spreadsheet takes what begins like
// this for a formula (CWE-1236). `out` ends with the value.
void protect(std::string& out, std::size_t begin) {
  constexpr std::string_view kFormula = "=+-@";
  if (begin < out.size() && kFormula.find(out[begin]) != std::string_view::npos) {
    out.replace(begin, 1, fmt::format("\\x{:02x}", out[begin]));
  }
  if (out.find(',', begin) == std::string::npos) return;
  out.insert(begin, 1, '"');
  out += '"';
}

}  // namespace

void append_csv_header(std::string& out, const DocumentInfo& info) {
  out += to_string(info.columns);
  out += "\r\n";
}

void append_csv_row(std::string& out, std::span<const Column> columns, const Finding& finding) {
  bool is_first = true;
  for (const Column column : columns) {
    if (!is_first) out += ',';
    is_first = false;
    const std::size_t begin = out.size();
    append_value(out, column, finding);
    protect(out, begin);
  }
  out += "\r\n";
}

void append_csv_record(std::string& out, const Record& record) {
  append_csv_row(out, columns(), Finding(record));
}

void append_csv_banner(std::string& out, const Banner& banner) {
  append_csv_row(out, columns(), Finding(banner));
}

}  // namespace masscan::report
