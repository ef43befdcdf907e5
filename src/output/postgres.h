// Results in PostgreSQL: a row for each in masscan.results, known by spool and number, so that a
// batch that comes twice is stored once. See docs/formats/postgres.md.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "output/database.h"

namespace masscan::output {

// What is wrong with a connection string of libpq, a URI or words like "host=/tmp dbname=scans".
Result<void> check_postgres(const std::string& connection_string);

// Connects when it has to, and makes or updates its tables then.
std::unique_ptr<Database> make_postgres(std::string connection_string);

// Batches as COPY reads them: a line per result, columns as those of masscan.results.
std::string to_rows(const Batch& batch);

}  // namespace masscan::output
