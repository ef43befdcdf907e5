// The fields of a result, with their names in --fields and --filter. See docs/formats/csv.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::record {

// Numbers are compared by value, texts byte by byte.
enum class Column : std::uint8_t {
  kIp,
  kPort,
  kProto,
  kType,      // "status" or "banner"
  kState,     // of a status
  kReason,    // of a status
  kTtl,       // of either
  kTime,      // seconds since 1970, UTC
  kService,   // of a banner: its protocol, "http"
  kBanner,    // of a banner: its bytes
  kSuspect,   // of a status: why it may be a fake; empty: nothing says so
  kSoftware,  // of a banner: name and version of the program, if the service states them
};

std::string_view name(Column column);
std::optional<Column> parse_column(std::string_view name);
std::span<const Column> columns();          // all of them, in the order above
std::span<const Column> default_columns();  // of CSV: all but the last two, which are mostly empty

// Parses "ip,port,state", each column once. The Error lists the columns.
Result<std::vector<Column>> parse_columns(std::string_view text, std::string_view place);
std::string to_string(std::span<const Column> columns);

// A view of a status record or a banner. Valid until: the viewed object is destroyed.
struct ResultView {
  explicit ResultView(const Record& of) : record(&of) {}
  explicit ResultView(const Banner& of) : banner(&of) {}

  const net::IpAddress& address() const { return record ? record->address : banner->address; }
  net::Port port() const { return record ? record->port : banner->port; }
  WallTime time() const { return record ? record->time : banner->time; }
  std::uint8_t ttl() const { return record ? record->ttl : banner->ttl; }

  const Record* record = nullptr;  // exactly one of the two is not null
  const Banner* banner = nullptr;
};

// Appends the text of a column, banners escaped as in the list format; nothing if the result lacks
// it.
void append_value(std::string& out, Column column, const ResultView& result);

}  // namespace masscan::record
