#include "output/postgres_connection.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "base/attempt.h"
#include "base/text.h"

namespace masscan::output {
namespace {

// Maximum of row bytes given to libpq at once, because it buffers what the server has not accepted.
constexpr std::size_t kPieceBytes = 64 * 1024;
// Longer than connecting to all addresses of a name takes, even with dead name servers.
constexpr std::chrono::seconds kLongestAttempt(60);

using Answer = std::unique_ptr<PGresult, decltype(&::PQclear)>;

// Returns one line: libpq's messages end with a line end, and further lines explain.
std::string sentence(std::string_view text) {
  text = trim(text);
  return printable(trim(text.substr(0, text.find('\n'))));
}

void ignore_notice(void*, const PGresult*) {}

Error failure_of(const PGconn* connection) {
  return run_error("{}", sentence(::PQerrorMessage(connection)));
}

Result<PgConnection> connect(const std::string& connection_string, const SocketWaiter& waiter) {
  PgConnection connection(::PQconnectStart(connection_string.c_str()), &::PQfinish);
  if (connection == nullptr) return run_error("there is no memory for a connection");
  if (::PQstatus(connection.get()) == CONNECTION_BAD) return failure_of(connection.get());
  for (PostgresPollingStatusType status = PGRES_POLLING_WRITING;;) {
    if (status == PGRES_POLLING_OK) return connection;
    if (status == PGRES_POLLING_FAILED) return failure_of(connection.get());
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    TRY(waiter.wait(::PQsocket(connection.get()), events));
    status = ::PQconnectPoll(connection.get());
  }
}

}  // namespace

Result<PostgresConnection> PostgresConnection::open(const std::string& connection_string,
                                                    const SocketWaiter& waiter) {
  // used by the attempt's thread
  const auto own = std::make_shared<SocketWaiter>(TRY(SocketWaiter::open()));
  auto attempt = TRY(Attempt<PgConnection>::start(
      "connect", [connection_string, own] { return connect(connection_string, *own); }));
  Result<void> made = waiter.wait(attempt.poll_fd(), POLLIN, kLongestAttempt);
  if (!made) {
    own->interrupt();
    return std::move(made).error();
  }
  PostgresConnection connection(TRY(attempt.take()), waiter);
  ::PQsetnonblocking(connection.connection_.get(), 1);
  ::PQsetNoticeReceiver(connection.connection_.get(), ignore_notice, nullptr);
  return connection;
}

Result<void> PostgresConnection::wait(short events) const {
  return waiter_->wait(::PQsocket(connection_.get()), events);
}

// Reads while writing, as otherwise both sides could wait for each other.
Result<void> PostgresConnection::flush() {
  for (;;) {
    const int left = ::PQflush(connection_.get());
    if (left == 0) return {};
    if (left < 0) return failure();
    TRY(wait(POLLIN | POLLOUT));
    if (::PQconsumeInput(connection_.get()) == 0) return failure();
  }
}

Result<std::string> PostgresConnection::run(const std::string& statements) {
  if (::PQsendQuery(connection_.get(), statements.c_str()) == 0) return failure();
  TRY(flush());
  return take_results();
}

Result<void> PostgresConnection::copy(const std::string& statement, std::string_view rows) {
  TRY(run(statement));
  while (!rows.empty()) {
    TRY(put(rows.substr(0, kPieceBytes)));
    TRY(flush());
    rows.remove_prefix(std::min(rows.size(), kPieceBytes));
  }
  if (::PQputCopyEnd(connection_.get(), nullptr) < 0) return failure();
  TRY(flush());
  TRY(take_results());
  return {};
}

Result<void> PostgresConnection::put(std::string_view rows) {
  const int size = static_cast<int>(rows.size());
  const int taken = ::PQputCopyData(connection_.get(), rows.data(), size);
  return taken == 1 ? Result<void>() : failure();
}

// Reads all results up to the start of a COPY.
Result<std::string> PostgresConnection::take_results() {
  std::string value;
  std::optional<Error> error;
  for (;;) {
    while (::PQisBusy(connection_.get()) != 0) {
      TRY(wait(POLLIN));
      if (::PQconsumeInput(connection_.get()) == 0) return failure();
    }
    const Answer answer(::PQgetResult(connection_.get()), &::PQclear);
    if (answer == nullptr) break;
    const ExecStatusType status = ::PQresultStatus(answer.get());
    if (status == PGRES_COPY_IN) break;
    if (status == PGRES_TUPLES_OK) {
      value = ::PQntuples(answer.get()) > 0 ? ::PQgetvalue(answer.get(), 0, 0) : "";
    } else if (status != PGRES_COMMAND_OK && !error) {
      error = run_error("{}", sentence(::PQresultErrorMessage(answer.get())));
    }
  }
  if (error) return std::move(*error);
  return value;
}

Error PostgresConnection::failure() const { return failure_of(connection_.get()); }

}  // namespace masscan::output
