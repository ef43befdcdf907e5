// The formats by name. Each is defined in a file of its own, which says what it is for; format.cc
// lists them all.
#pragma once

#include "format/format.h"

namespace masscan::format {

extern const Format kInteractiveFormat;
extern const Format kListFormat;
extern const Format kXmlFormat;
extern const Format kGrepableFormat;
extern const Format kJsonFormat;
extern const Format kNdjsonFormat;
extern const Format kNdjsonBase64Format;
extern const Format kBinaryFormat;
extern const Format kCsvFormat;
extern const Format kNmapXmlFormat;
extern const Format kUnicornscanFormat;
extern const Format kHostOnlyFormat;
extern const Format kIpPortFormat;
extern const Format kCertsFormat;
extern const Format kHtmlFormat;

}  // namespace masscan::format
