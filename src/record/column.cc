#include "record/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "record/application.h"
#include "record/escape.h"

namespace masscan::record {
namespace {

struct Name {
  Column column;
  std::string_view name;
};

constexpr std::array<Name, 12> kNames = {{{Column::kIp, "ip"},
                                          {Column::kPort, "port"},
                                          {Column::kProto, "proto"},
                                          {Column::kType, "type"},
                                          {Column::kState, "state"},
                                          {Column::kReason, "reason"},
                                          {Column::kTtl, "ttl"},
                                          {Column::kTime, "time"},
                                          {Column::kService, "service"},
                                          {Column::kBanner, "banner"},
                                          {Column::kSuspect, "suspect"},
                                          {Column::kSoftware, "software"}}};

constexpr std::array<Column, kNames.size()> kColumns = [] {
  std::array<Column, kNames.size()> columns{};
  std::transform(kNames.begin(), kNames.end(), columns.begin(),
                 [](const Name& row) { return row.column; });
  return columns;
}();

}  // namespace

std::string_view name(Column column) { return kNames[static_cast<std::size_t>(column)].name; }

std::optional<Column> parse_column(std::string_view name) {
  for (const Name& row : kNames) {
    if (row.name == name) return row.column;
  }
  return std::nullopt;
}

std::span<const Column> columns() { return kColumns; }

std::span<const Column> default_columns() {
  constexpr auto kFirstRare = static_cast<std::size_t>(Column::kSuspect);
  static_assert(kFirstRare == kColumns.size() - 2);
  return std::span(kColumns).first(kFirstRare);
}

Result<std::vector<Column>> parse_columns(std::string_view text, std::string_view place) {
  std::vector<Column> wanted;
  for (;;) {
    const std::string_view word = trim(text.substr(0, text.find(',')));
    const auto column = parse_column(to_lower(word));
    if (!column) {
      return usage_error("{}: there is no field '{}'; use some of {}", place, printable(word),
                         to_string(columns()));
    }
    if (std::find(wanted.begin(), wanted.end(), *column) != wanted.end()) {
      return usage_error("{}: '{}' is there twice; name it once", place, name(*column));
    }
    wanted.push_back(*column);
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) return wanted;
    text.remove_prefix(comma + 1);
  }
}

std::string to_string(std::span<const Column> columns) {
  std::string text;
  for (const Column column : columns) {
    if (!text.empty()) text += ',';
    text += name(column);
  }
  return text;
}

void append_value(std::string& out, Column column, const ResultView& result) {
  const auto append_number = [&out](std::int64_t number) {
    fmt::format_to(std::back_inserter(out), "{}", number);
  };
  const auto [record, banner] = result;
  switch (column) {
    case Column::kIp:
      out += net::to_string(result.address());
      return;
    case Column::kPort:
      return append_number(result.port().number);
    case Column::kProto:
      out += protocol_name(result.port().transport);
      return;
    case Column::kType:
      out += record ? "status" : "banner";
      return;
    case Column::kState:
      if (record) out += name(record->state);
      return;
    case Column::kReason:
      if (record) out += reason_text(*record);
      return;
    case Column::kTtl:
      return append_number(result.ttl());
    case Column::kTime:
      return append_number(unix_seconds(result.time()));
    case Column::kService:
      if (banner) append_name(out, banner->application);
      return;
    case Column::kBanner:
      if (banner) append_text_escaped(out, banner->text);
      return;
    case Column::kSuspect:
      if (record) out += suspect_text(record->suspect);
      return;
    case Column::kSoftware:
      if (banner) append_text_escaped(out, banner->software);
      return;
  }
}

}  // namespace masscan::record
