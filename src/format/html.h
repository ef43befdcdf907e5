// A page to look at results with, in one file: format html, --report. See docs/formats/html.md.
//
// The header is the page, its style and scripts (src/report/html), embedded when the program is
// built; each result is a line of base64 behind it, which the page decodes. So nothing that a host
// has said can be markup, and memory does not grow with the number of results.
#pragma once

#include <string>
#include <string_view>

#include "format/document_info.h"
#include "format/format.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

constexpr std::string_view kHtmlOpening = "<!doctype html>\n<!-- masscan report";
extern const Enclosure kHtmlEnclosure;

void append_html_header(std::string& out, const DocumentInfo& info);
void append_html_record(std::string& out, const record::Record& record);
void append_html_banner(std::string& out, const record::Banner& banner);
void append_html_trailer(std::string& out, const Ending& ending);

}  // namespace masscan::format
