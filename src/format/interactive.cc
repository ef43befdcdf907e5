// The lines people watch on standard output while a scan runs. See docs/formats/stdout.md.
#include "format/append.h"
#include "format/formats.h"
#include "record/escape.h"

namespace masscan::format {
namespace {

// Pads the line with blanks, because the status line may be on the same row of the terminal.
constexpr std::size_t kColumns = 79;

void finish_row(std::string& out, std::size_t start) {
  if (out.size() - start < kColumns) out.append(kColumns - (out.size() - start), ' ');
  out += '\n';
}

void append_interactive_record(std::string& out, const record::Record& record) {
  const std::size_t start = out.size();
  append(out, "Discovered ", record.state, " port ", record.port.number, '/', record.port.transport,
         " on ", record.address);
  // masscan prints a MAC address here; a record has none.
  if (record.port.transport == net::Transport::kArp) out += " (00:00:00:00:00:00) ";
  finish_row(out, start);
}

void append_interactive_banner(std::string& out, const record::Banner& banner) {
  const std::size_t start = out.size();
  append(out, "Banner on port ", banner.port.number, '/', banner.port.transport, " on ",
         banner.address, ": [");
  record::append_name(out, banner.application);
  out += "] ";
  record::append_text_escaped(out, banner.text);
  finish_row(out, start);
}

}  // namespace

constinit const Format kInteractiveFormat = {.name = "interactive",
                                             .record = append_interactive_record,
                                             .banner = append_interactive_banner};

}  // namespace masscan::format
