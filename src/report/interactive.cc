#include "report/interactive.h"

#include <fmt/compile.h>

#include <iterator>

namespace masscan::report {
namespace {

// The status line may stand on the same row of the terminal; blanks wipe what is left of it.
constexpr std::size_t kColumns = 79;

}  // namespace

void append_interactive_record(std::string& out, const Record& record) {
  const std::size_t start = out.size();
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("Discovered {} port {}/{} on {}"),
                 name(record.state), record.port.number, net::name(record.port.transport),
                 net::to_string(record.address));
  if (out.size() - start < kColumns) out.append(kColumns - (out.size() - start), ' ');
  out += '\n';
}

}  // namespace masscan::report
