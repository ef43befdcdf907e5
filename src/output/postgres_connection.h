// A connection to PostgreSQL that never waits longer than kPatience for the other side: libpq's
// blocking calls would wait for ever. The server's name is looked up meanwhile, which cannot be
// interrupted: a thread of its own makes the connection, and nobody waits for it any more once the
// waiter is interrupted.
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

// One thread. After an Error it is of no use any more.
class PostgresConnection {
 public:
  // Borrows the waiter.
  static Result<PostgresConnection> open(const std::string& connection_string,
                                         const SocketWaiter& waiter);

  // Runs statements; the value is the first column of the first row of the last one, as text, and
  // empty if there is none.
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
