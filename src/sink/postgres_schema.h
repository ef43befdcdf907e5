// The tables that we keep in a database: made where they are missing, brought up to date where an
// older version of the program made them.
#pragma once

#include "base/result.h"
#include "sink/postgres_connection.h"

namespace masscan::sink {

// Needs no right but that to insert where all is up to date. Several programs may come at once.
Result<void> update_schema(PostgresConnection& connection);

}  // namespace masscan::sink
