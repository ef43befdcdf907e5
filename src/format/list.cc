// The list format, -oL: a line per record, for grep and awk. See docs/formats/list.md.
#include "format/append.h"
#include "format/fields.h"
#include "format/formats.h"
#include "record/escape.h"

namespace masscan::format {
namespace {

void append_list_header(std::string& out, const DocumentInfo& /*info*/) { out += "#masscan\n"; }

void append_list_record(std::string& out, const record::Record& record) {
  append(out, record.state, ' ', record.port.transport, ' ', record.port.number, ' ',
         record.address, ' ', record.time, '\n');
}

void append_list_banner(std::string& out, const record::Banner& banner) {
  append(out, "banner ", banner.port.transport, ' ', banner.port.number, ' ', banner.address, ' ',
         banner.time, ' ');
  record::append_name(out, banner.application);
  out += ' ';
  record::append_text_escaped(out, banner.text);
  out += '\n';
}

void append_list_trailer(std::string& out, const Ending& /*ending*/) { out += "# end\n"; }

FileItem parse_list_line(std::string_view line, std::string& bytes) {
  if (line.empty() || line.starts_with('#')) return NotAResult{};
  Fields f;
  if (match(line, "banner * * * * * *",
            {&f.transport, &f.port, &f.address, &f.time, &f.application, &f.text})) {
    return to_banner(f, record::unescape_text, bytes);
  }
  if (!match(line, "* * * * *", {&f.state, &f.transport, &f.port, &f.address, &f.time})) {
    return kNoSuchLine;
  }
  return to_record(f);
}

}  // namespace

constinit const Format kListFormat = {.name = "list",
                                      .letter = 'L',
                                      .opening = "#masscan\n",
                                      .header = append_list_header,
                                      .record = append_list_record,
                                      .banner = append_list_banner,
                                      .trailer = append_list_trailer,
                                      .item_length = line_length,
                                      .parse = parse_list_line};

}  // namespace masscan::format
