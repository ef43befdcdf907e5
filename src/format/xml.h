// The XML format of nmap as masscan writes it, -oX. See docs/formats/xml.md.
#pragma once

#include <string>
#include <string_view>

#include "format/document_info.h"
#include "format/format.h"
#include "format/item.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

extern const Enclosure kXmlEnclosure;

void append_xml_header(std::string& out, const DocumentInfo& info);
void append_xml_record(std::string& out, const record::Record& record);
void append_xml_banner(std::string& out, const record::Banner& banner);
void append_xml_trailer(std::string& out, const Ending& ending);
FileItem parse_xml_line(std::string_view line, std::string& bytes);

}  // namespace masscan::format
