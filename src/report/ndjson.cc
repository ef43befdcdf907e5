#include "report/ndjson.h"

#include <fmt/compile.h>
#include <iterator>

namespace masscan::report {

void append_ndjson_record(std::string& out, const Record& record) {
  fmt::format_to(std::back_inserter(out),
                 FMT_COMPILE("{{\"ip\":\"{}\",\"timestamp\":\"{}\",\"port\":{},\"proto\":\"{}\","
                             "\"rec_type\":\"status\",\"data\":{{\"status\":\"{}\","
                             "\"reason\":\"{}\",\"ttl\":{}}}}}\n"),
                 net::to_string(record.address), unix_seconds(record.time), record.port.number,
                 net::name(record.port.transport), name(record.state), reason_text(record.reason),
                 record.ttl);
}

}  // namespace masscan::report
