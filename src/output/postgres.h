// Stores results in PostgreSQL: one row each in masscan.results. Its key is spool and number, so a
// repeated batch is stored once. See docs/formats/postgres.md.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "output/database.h"

namespace masscan::output {

// Checks a connection string of libpq: a URI or words like "host=/tmp dbname=scans".
Result<void> check_postgres(const std::string& connection_string);

// Connects on demand and creates or updates its tables then.
std::unique_ptr<Database> make_postgres(std::string connection_string);

// Writes a batch as input for COPY: one line per result, with the columns of masscan.results.
std::string to_rows(const Batch& batch);

}  // namespace masscan::output
