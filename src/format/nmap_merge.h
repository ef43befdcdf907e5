// nmap's XML with one element a host: what the format nmap-xml does to a file that is complete.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "format/document_info.h"

namespace masscan::format {

// As nmap writes it: there are readers that take an element without a line break for one with
// names.
constexpr std::string_view kNoHostNames = "<hostnames>\n</hostnames>";
// For a port of which only a banner is known.
constexpr std::string_view kBannerReason = "response";

// Puts another file in the place of this one, in which each address has one host element and each
// of its ports one port element, both in order. Needs 32 bytes of memory per result, and room on
// the disk for the new file beside the old one; after an Error the old one is as it was.
Result<void> merge_nmap_hosts(const std::string& path, const Ending& ending);

}  // namespace masscan::format
