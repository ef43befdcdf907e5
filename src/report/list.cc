#include "report/list.h"

#include <fmt/compile.h>
#include <iterator>

namespace masscan::report {

void append_list_header(std::string& out) { out += "#masscan\n"; }

void append_list_record(std::string& out, const Record& record) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("{} {} {} {} {}\n"), name(record.state),
                 net::name(record.port.transport), record.port.number,
                 net::to_string(record.address), unix_seconds(record.time));
}

void append_list_trailer(std::string& out) { out += "# end\n"; }

}  // namespace masscan::report
