// nmap's own XML, --xml nmap: valid against nmap's DTD, for what imports nmap's files. See
// docs/formats/nmap-xml.md.
//
// A result is a host element of its own, and the file a valid document all the time, until it is
// closed: then merge_nmap_hosts makes one element of each host.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "format/document_info.h"
#include "format/format.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::format {

extern const Enclosure kNmapXmlEnclosure;
// As nmap writes it: there are readers that take an element without a line break for one with
// names.
constexpr std::string_view kNoHostNames = "<hostnames>\n</hostnames>";
// Of a port of which only a banner is known.
constexpr std::string_view kBannerReason = "response";

void append_nmap_xml_header(std::string& out, const DocumentInfo& info);
void append_nmap_xml_record(std::string& out, const record::Record& record);
void append_nmap_xml_banner(std::string& out, const record::Banner& banner);
void append_nmap_xml_trailer(std::string& out, const Ending& ending);

// Puts another file in the place of this one, in which each address has one host element and each
// of its ports one port element, both in order. Needs 32 bytes of memory per result, and room on
// the disk for the new file beside the old one; after an Error the old one is as it was.
Result<void> merge_nmap_hosts(const std::string& path, const Ending& ending);

}  // namespace masscan::format
