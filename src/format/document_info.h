// What a document is besides its records: what its header and trailer tell, and how it is packed.
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
  WallTime began;  // the scan
  std::vector<net::TransportPorts>
      ports;                    // what it asks at every address, in the order of a PortSet
  std::string stylesheet = {};  // of XML; empty: none
  std::string_view version = kVersion;
  std::vector<record::Column> columns = {record::columns().begin(),
                                         record::columns().end()};  // of CSV
  std::optional<WallTime> converted = {};       // when the document was made of other files
  std::optional<Compression> compression = {};  // empty: what the file's name says
  // IPv4 addresses that were not to be asked, in order; for formats that show them.
  std::vector<net::AddressRange> excludes = {};
  // Whoever reads a pipe or terminal is waited for until this descriptor polls readable; -1: for
  // ever. Borrowed.
  int interruption = -1;

  // When the document was opened.
  WallTime opened() const { return converted.value_or(began); }
};

// A document as it would end now.
struct Ending {
  WallTime time;               // of the end, or of the newest record
  Duration elapsed{};          // since the document was opened, or the first of its series
  std::uint64_t tcp_open = 0;  // its records of open TCP ports; those continued included
  std::uint64_t tcp_closed = 0;
  std::uint64_t results = 0;  // all of this run; the hosts of a file whose hosts are merged
};

}  // namespace masscan::format
