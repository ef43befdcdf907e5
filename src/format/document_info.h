// Properties of a document besides its records: the contents of its header and trailer, and its
// compression.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/version.h"
#include "format/compression.h"
#include "net/port.h"
#include "net/prefix.h"
#include "record/column.h"

namespace masscan::format {

struct DocumentInfo {
  WallTime began;                          // start of the scan
  std::vector<net::TransportPorts> ports;  // asked at each address, in the order of a PortSet
  std::string stylesheet = {};             // for XML; empty: none
  std::string_view version = kVersion;
  std::vector<record::Column> columns = {record::default_columns().begin(),
                                         record::default_columns().end()};  // for CSV
  std::optional<WallTime> converted = {};       // set if the document is made from other files
  std::optional<Compression> compression = {};  // empty: from the suffix of the file name
  // Excluded IPv4 addresses in ascending order, for formats that show them.
  std::vector<net::AddressRange> excludes = {};
  // Interrupts waiting for the reader of a pipe or terminal when it polls readable; -1: never.
  // Owner: the caller.
  int interruption = -1;

  // Returns when the document was opened.
  WallTime opened() const { return converted.value_or(began); }
};

// Values for the trailer of a document that ends now.
struct Ending {
  WallTime time;               // of the end, or of the newest record
  Duration elapsed{};          // since the document was opened, or the first one of its series
  std::uint64_t tcp_open = 0;  // records of open TCP ports, including continued ones
  std::uint64_t tcp_closed = 0;
  std::uint64_t results = 0;  // all of this run; for a file with merged hosts, its hosts
};

}  // namespace masscan::format
