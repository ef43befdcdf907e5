// The certificates of a scan, --output-format certs: one PEM block (RFC 7468) per X.509 banner and
// nothing of other results. See docs/formats/certs.md.
#pragma once

#include <string>

#include "format/document_info.h"
#include "record/banner.h"

namespace masscan::format {

void append_certs_banner(std::string& out, const record::Banner& banner);
void append_certs_trailer(std::string& out, const Ending& ending);

}  // namespace masscan::format
