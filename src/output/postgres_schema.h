// The tables that we keep in a database: made where they are missing, brought up to date where an
// older version of the program made them.
#pragma once

#include "base/result.h"
#include "output/postgres_connection.h"

namespace masscan::output {

// Needs no right but that to insert where all is up to date. Of several programs that come at once
// one succeeds, and the others find all up to date when they try again.
Result<void> update_schema(PostgresConnection& connection);

}  // namespace masscan::output
