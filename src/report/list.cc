#include "report/list.h"

#include "report/append.h"
#include "report/escape.h"
#include "report/fields.h"

namespace masscan::report {

void append_list_header(std::string& out, const DocumentInfo& /*info*/) { out += "#masscan\n"; }

void append_list_record(std::string& out, const Record& record) {
  append(out, record.state, ' ', record.port.transport, ' ', record.port.number, ' ',
         record.address, ' ', record.time, '\n');
}

void append_list_banner(std::string& out, const Banner& banner) {
  append(out, "banner ", banner.port.transport, ' ', banner.port.number, ' ', banner.address, ' ',
         banner.time, ' ');
  append_name(out, banner.application);
  out += ' ';
  append_text_escaped(out, banner.text);
  out += '\n';
}

void append_list_trailer(std::string& out, const Ending& /*ending*/) { out += "# end\n"; }

Parsed parse_list_line(std::string_view line, std::string& bytes) {
  if (line.empty() || line.starts_with('#')) return Furniture{};
  Fields f;
  if (match(line, "banner * * * * * *",
            {&f.transport, &f.port, &f.address, &f.time, &f.application, &f.text})) {
    return to_banner(f, unescape_text, bytes);
  }
  if (!match(line, "* * * * *", {&f.state, &f.transport, &f.port, &f.address, &f.time})) {
    return kNoSuchLine;
  }
  return to_record(f);
}

}  // namespace masscan::report
