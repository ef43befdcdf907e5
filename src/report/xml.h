// The XML format of nmap as masscan writes it, -oX. See docs/formats/xml.md.
#pragma once

#include <string>
#include <string_view>

#include "report/banner.h"
#include "report/document_info.h"
#include "report/format.h"
#include "report/parsed.h"
#include "report/record.h"

namespace masscan::report {

extern const Enclosure kXmlEnclosure;

void append_xml_header(std::string& out, const DocumentInfo& info);
void append_xml_record(std::string& out, const Record& record);
void append_xml_banner(std::string& out, const Banner& banner);
void append_xml_trailer(std::string& out, const Ending& ending);
Parsed parse_xml_line(std::string_view line, std::string& bytes);

}  // namespace masscan::report
