// A connection to PostgreSQL that never waits longer than kPatience for the other side: libpq's
// blocking calls would wait for ever.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masscan::sink {

// One thread. After an Error it is of no use any more.
class PostgresConnection {
 public:
  static Result<PostgresConnection> open(const std::string& connection_string);

  // Runs statements; the value is the first column of the first row of the last one, as text, and
  // empty if there is none.
  Result<std::string> run(const std::string& statements);
  // Runs a "COPY ... FROM STDIN" with these lines.
  Result<void> copy(const std::string& statement, std::string_view rows);

 private:
  explicit PostgresConnection(PGconn* connection) : connection_(connection, &::PQfinish) {}

  Result<void> finish_connecting();
  Result<void> wait(short events);
  Result<void> flush();
  Result<void> put(std::string_view rows);
  Result<std::string> take_results();
  Error failure() const;

  std::unique_ptr<PGconn, decltype(&::PQfinish)> connection_;
};

}  // namespace masscan::sink
