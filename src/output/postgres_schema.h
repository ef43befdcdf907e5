// Creates our tables in a database, and upgrades those of an older version.
#pragma once

#include "base/result.h"
#include "output/postgres_connection.h"

namespace masscan::output {

// Needs only the right to insert if everything is up to date. If several programs upgrade at once,
// one succeeds; the others find the new version at their next attempt.
Result<void> update_schema(PostgresConnection& connection);

}  // namespace masscan::output
