// What the user asked for about results: which files and databases get which of them, and how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/endpoint.h"
#include "report/column.h"
#include "report/compression.h"
#include "report/document_info.h"
#include "report/filter.h"
#include "report/format.h"
#include "report/rotation.h"
#include "report/show.h"

namespace masscan::scan {

struct OutputFile {
  const report::Format* format = nullptr;
  std::string file;

  bool operator==(const OutputFile&) const = default;
};

struct OutputConfig {
  std::string file;  // empty: none; "-": standard output
  const report::Format* format = nullptr;
  std::vector<OutputFile> also;  // further ones
  report::Rotation rotation;     // of every file
  bool nmap_xml = false;         // XML is nmap's own, not masscan's
  bool base64 = false;           // NDJSON has the bytes of banners in base64 too
  std::vector<report::Column> columns = report::DocumentInfo().columns;  // of CSV
  std::optional<report::Filter> filter;  // what is not to be left out
  std::string stylesheet;                // an XML document names it; empty: none
  bool interactive = false;              // "Discovered ..." lines on standard output besides a file
  report::Show show;
  bool append = false;
  std::optional<report::Compression> compression;  // of every file; empty: as its name says
  std::optional<net::Endpoint> redis;              // servers get results besides
  std::string redis_password;
  std::string postgres;        // how libpq connects; empty: not at all
  std::string spool;           // how files begin in which results wait for servers; empty: chosen
  bool status = true;          // the status line
  bool status_ndjson = false;  // it and all else on standard error as objects for programs

  bool has_servers() const { return redis || !postgres.empty(); }
  bool operator==(const OutputConfig&) const = default;
};

}  // namespace masscan::scan
