// The certificates of a scan, --output-format certs: one PEM block (RFC 7468) per X.509 banner and
// nothing of other results. See docs/formats/certs.md.
#pragma once

#include <string>

#include "report/banner.h"
#include "report/document_info.h"

namespace masscan::report {

void append_certs_banner(std::string& out, const Banner& banner);
void append_certs_trailer(std::string& out, const Ending& ending);

}  // namespace masscan::report
