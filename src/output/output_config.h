// What the user asked for about results: which files and databases get which of them, and how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "files/rotation.h"
#include "format/compression.h"
#include "format/document_info.h"
#include "format/format.h"
#include "net/endpoint.h"
#include "record/column.h"
#include "record/filter.h"
#include "record/state_filter.h"

namespace masscan::output {

struct OutputFile {
  const format::Format* format = nullptr;
  std::string file;

  bool operator==(const OutputFile&) const = default;
};

struct OutputConfig {
  std::string file;  // empty: none; "-": standard output
  const format::Format* format = nullptr;
  std::vector<OutputFile> also;  // further ones
  files::Rotation rotation;      // of every file
  bool nmap_xml = false;         // XML is nmap's own, not masscan's
  bool base64 = false;           // NDJSON has the bytes of banners in base64 too
  std::vector<record::Column> columns = format::DocumentInfo().columns;  // of CSV
  std::optional<record::Filter> filter;  // what is not to be left out
  std::string stylesheet;                // an XML document names it; empty: none
  bool interactive = false;              // "Discovered ..." lines on standard output besides a file
  record::StateFilter states;
  bool append = false;
  std::optional<format::Compression> compression;  // of every file; empty: as its name says
  std::optional<net::Endpoint> redis;              // servers get results besides
  std::string redis_password;
  std::string postgres;        // how libpq connects; empty: not at all
  std::string spool;           // how files begin in which results wait for servers; empty: chosen
  bool status = true;          // the status line
  bool status_ndjson = false;  // it and all else on standard error as objects for programs

  bool has_databases() const { return redis || !postgres.empty(); }
  bool operator==(const OutputConfig&) const = default;
};

}  // namespace masscan::output
