#include "report/interactive.h"

#include <fmt/compile.h>

#include <iterator>

#include "report/escape.h"

namespace masscan::report {
namespace {

// The status line may stand on the same row of the terminal; blanks wipe what is left of it.
constexpr std::size_t kColumns = 79;

void finish_row(std::string& out, std::size_t start) {
  if (out.size() - start < kColumns) out.append(kColumns - (out.size() - start), ' ');
  out += '\n';
}

}  // namespace

void append_interactive_record(std::string& out, const Record& record) {
  const std::size_t start = out.size();
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("Discovered {} port {}/{} on {}"),
                 name(record.state), record.port.number, protocol_name(record.port.transport),
                 net::to_string(record.address));
  // A record has no MAC address, and files have none either.
  if (record.port.transport == net::Transport::kArp) out += " (00:00:00:00:00:00) ";
  finish_row(out, start);
}

void append_interactive_banner(std::string& out, const Banner& banner) {
  const std::size_t start = out.size();
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("Banner on port {}/{} on {}: ["),
                 banner.port.number, protocol_name(banner.port.transport),
                 net::to_string(banner.address));
  append_name(out, banner.application);
  out += "] ";
  append_text_escaped(out, banner.text);
  finish_row(out, start);
}

}  // namespace masscan::report
