// What the header and the trailer of a document tell besides its records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/version.h"
#include "net/port.h"

namespace masscan::report {

struct DocumentInfo {
  WallTime began;                   // the scan
  std::vector<net::PortRun> ports;  // what it asks at every address, in the order of a PortSet
  std::string stylesheet = {};      // of XML; empty: none
  std::string_view version = kVersion;
  std::optional<WallTime> converted = {};  // when the document was made of other files

  // When the document was opened.
  WallTime opened() const { return converted.value_or(began); }
};

// A document as it would end now.
struct Ending {
  WallTime time;               // of the end, or of the newest record
  Duration elapsed{};          // since this document was opened
  std::uint64_t tcp_open = 0;  // its records of open TCP ports; those continued included
  std::uint64_t tcp_closed = 0;
};

}  // namespace masscan::report
