// The fields a result has, under the names that --fields and --filter know them by. See
// docs/formats/csv.md.
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

// Numbers of a kind are compared by size, texts letter by letter.
enum class Column : std::uint8_t {
  kIp,
  kPort,
  kProto,
  kType,     // "status" or "banner"
  kState,    // of a status
  kReason,   // of a status
  kTtl,      // of either
  kTime,     // seconds since 1970, UTC
  kService,  // of a banner: what it tells about, "http"
  kBanner,   // of a banner: its bytes
};

std::string_view name(Column column);
std::optional<Column> parse_column(std::string_view name);
std::span<const Column> columns();  // all of them, in the order above

// "ip,port,state": the columns somebody wants, each once. The Error says what there is.
Result<std::vector<Column>> parse_columns(std::string_view text, std::string_view place);
std::string to_string(std::span<const Column> columns);

// A status record or a banner, as something with columns. Borrowed: not longer than either.
struct ResultView {
  explicit ResultView(const Record& of) : record(&of) {}
  explicit ResultView(const Banner& of) : banner(&of) {}

  const net::IpAddress& address() const { return record ? record->address : banner->address; }
  net::Port port() const { return record ? record->port : banner->port; }
  WallTime time() const { return record ? record->time : banner->time; }
  std::uint8_t ttl() const { return record ? record->ttl : banner->ttl; }

  const Record* record = nullptr;  // one of the two is null
  const Banner* banner = nullptr;
};

// The text of a column, banners escaped as in the list format; empty where this finding has none.
void append_value(std::string& out, Column column, const ResultView& result);

}  // namespace masscan::record
