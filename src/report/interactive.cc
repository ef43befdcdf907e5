#include "report/interactive.h"

#include "report/append.h"
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
  append(out, "Discovered ", record.state, " port ", record.port.number, '/', record.port.transport,
         " on ", record.address);
  // A record has no MAC address, and files have none either.
  if (record.port.transport == net::Transport::kArp) out += " (00:00:00:00:00:00) ";
  finish_row(out, start);
}

void append_interactive_banner(std::string& out, const Banner& banner) {
  const std::size_t start = out.size();
  append(out, "Banner on port ", banner.port.number, '/', banner.port.transport, " on ",
         banner.address, ": [");
  append_name(out, banner.application);
  out += "] ";
  append_text_escaped(out, banner.text);
  finish_row(out, start);
}

}  // namespace masscan::report
