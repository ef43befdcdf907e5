// A connection to PostgreSQL that never waits longer than kSocketTimeout for the other side;
// libpq's blocking calls would wait forever. The lookup of the server's name cannot be interrupted,
// so a separate thread connects. It is abandoned if the waiter is interrupted.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "output/socket_waiter.h"

namespace masscan::output {

using PgConnection = std::unique_ptr<PGconn, decltype(&::PQfinish)>;

// Thread: one. Errors: after one, the connection is unusable.
class PostgresConnection {
 public:
  // REQUIRES: the waiter outlives the connection.
  static Result<PostgresConnection> open(const std::string& connection_string,
                                         const SocketWaiter& waiter);

  // Runs statements. Returns the first column of the first row of the last one as text, or an empty
  // string.
  Result<std::string> run(const std::string& statements);
  // Runs a "COPY ... FROM STDIN" with these lines.
  Result<void> copy(const std::string& statement, std::string_view rows);

 private:
  PostgresConnection(PgConnection connection, const SocketWaiter& waiter)
      : connection_(std::move(connection)), waiter_(&waiter) {}

  Result<void> wait(short events) const;
  Result<void> flush();
  Result<void> put(std::string_view rows);
  Result<std::string> take_results();
  Error failure() const;

  PgConnection connection_;
  const SocketWaiter* waiter_;
};

}  // namespace masscan::output
