#include "output/postgres_schema.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.h"

namespace masscan::output {
namespace {

// Step n upgrades from version n to n + 1. Steps must never change, as databases exist that ran
// them.
constexpr std::array<std::string_view, 3> kSteps = {
    R"(CREATE TABLE masscan.scans (
         scan bigint PRIMARY KEY,
         began timestamptz NOT NULL,
         program text NOT NULL);
       CREATE TABLE masscan.results (
         scan bigint NOT NULL,
         number bigint NOT NULL,
         time timestamptz NOT NULL,
         address inet NOT NULL,
         protocol text NOT NULL,
         port integer NOT NULL,
         state text,
         reason smallint,
         ttl smallint NOT NULL,
         application text,
         banner bytea,
         PRIMARY KEY (scan, number));)",
    "CREATE INDEX results_address ON masscan.results (address, port);",
    "ALTER TABLE masscan.results ADD COLUMN software text;",
};

Result<std::size_t> version_of(PostgresConnection& connection) {
  const std::string table = TRY(connection.run("SELECT to_regclass('masscan.version')"));
  if (table.empty()) return std::size_t{0};
  const std::string text = TRY(connection.run("SELECT version FROM masscan.version"));
  return parse_number<std::size_t>(text).value_or(0);
}

}  // namespace

Result<void> update_schema(PostgresConnection& connection) {
  std::size_t version = TRY(version_of(connection));
  if (version == kSteps.size()) return {};
  if (version > kSteps.size()) {
    return run_error(
        "its tables are of version {}, and this program knows {}: take a newer program", version,
        kSteps.size());
  }
  TRY(connection.run("BEGIN"));
  if (version == 0) {
    TRY(
        connection.run("CREATE SCHEMA IF NOT EXISTS masscan;"
                       "CREATE TABLE masscan.version (version integer NOT NULL);"
                       "INSERT INTO masscan.version VALUES (0);"));
  }
  for (; version < kSteps.size(); ++version) TRY(connection.run(std::string(kSteps[version])));
  TRY(connection.run(fmt::format("UPDATE masscan.version SET version = {}; COMMIT", version)));
  return {};
}

}  // namespace masscan::output
