// The user's options for results: files and databases, and how each is written.
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
  std::vector<OutputFile> also;  // additional files
  files::Rotation rotation;      // for each file
  bool nmap_xml = false;         // use nmap's own XML instead of masscan's
  bool base64 = false;           // NDJSON also has banners in base64
  std::vector<record::Column> columns = format::DocumentInfo().columns;  // for CSV
  std::optional<record::Filter> filter;                                  // results to write
  std::string stylesheet;    // named in an XML document; empty: none
  bool interactive = false;  // "Discovered ..." lines on standard output in addition to a file
  record::StateFilter states;
  bool marks_suspects = true;  // mark open ports that may be fakes
  bool append = false;
  std::optional<format::Compression> compression;  // for each file; empty: by its suffix
  std::optional<net::Endpoint> redis;              // additional database
  std::string redis_password;
  std::string postgres;        // connection string of libpq; empty: none
  std::string spool;           // prefix of the names of spools; empty: chosen
  bool status = true;          // print the status line
  bool status_ndjson = false;  // print standard error as JSON objects

  bool has_databases() const { return redis || !postgres.empty(); }
  bool operator==(const OutputConfig&) const = default;
};

}  // namespace masscan::output
