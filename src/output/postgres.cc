#include "output/postgres.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "base/text.h"
#include "base/version.h"
#include "output/postgres_connection.h"
#include "output/postgres_schema.h"
#include "record/application.h"
#include "record/escape.h"
#include "record/record.h"

namespace masscan::output {
namespace {

constexpr std::string_view kNull = "\\N";

std::string timestamp(WallTime time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}+00", fmt::gmtime(record::unix_seconds(time)));
}

// Writes "tcp", or the number of an IP protocol.
template <typename Result>
std::string protocol(const Result& result) {
  if (result.port.transport == net::Transport::kIp) return fmt::format("{}", result.ip_protocol);
  return std::string(record::protocol_name(result.port.transport));
}

// A text of the database holds no zero and nothing but UTF-8, so the bytes are escaped as in lists.
void append_software(std::string& out, std::string_view software) {
  if (software.empty()) {
    out += kNull;
    return;
  }
  std::string escaped;
  record::append_text_escaped(escaped, software);
  for (const char byte : escaped) {
    if (byte == '\\') out += '\\';  // for COPY
    out += byte;
  }
}

void append_rest(std::string& out, const record::Record& record) {
  fmt::format_to(std::back_inserter(out), "{}\t{}\t{}\t{}\t{}\t{}\n", record::name(record.state),
                 record.reason, record.ttl, kNull, kNull, kNull);
}

void append_rest(std::string& out, const record::Banner& banner) {
  fmt::format_to(std::back_inserter(out), "{}\t{}\t{}\t", kNull, kNull, banner.ttl);
  record::append_name(out, banner.application);
  out += "\t\\\\x";
  for (const char byte : banner.text) {
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(byte));
  }
  out += '\t';
  append_software(out, banner.software);
  out += '\n';
}

class Postgres final : public Database {
 public:
  explicit Postgres(std::string connection_string)
      : connection_string_(std::move(connection_string)) {}

  std::string_view kind() const override { return "postgres"; }
  // The string may hold a password; libpq's errors name the server.
  std::string place() const override { return "URL"; }

 private:
  Result<void> store(const Batch& batch) override {
    if (!connection_) TRY(connect());
    if (batch.entries.empty()) return {};
    TRY(connection_->run(
        fmt::format("BEGIN; INSERT INTO masscan.scans VALUES ({}, '{}', 'masscan {}')"
                    " ON CONFLICT DO NOTHING",
                    batch.spool, timestamp(batch.began), kVersion)));
    TRY(connection_->copy("COPY masscan_incoming FROM STDIN", to_rows(batch)));
    TRY(
        connection_->run("INSERT INTO masscan.results SELECT * FROM masscan_incoming"
                         " ON CONFLICT DO NOTHING; COMMIT"));
    return {};
  }

  void disconnect() override { connection_.reset(); }

  Result<void> connect() {
    connection_ = TRY(PostgresConnection::open(connection_string_, waiter()));
    TRY(update_schema(*connection_));
    TRY(
        connection_->run("CREATE TEMPORARY TABLE masscan_incoming (LIKE masscan.results)"
                         " ON COMMIT DELETE ROWS"));
    return {};
  }

  std::string connection_string_;
  std::optional<PostgresConnection> connection_;
};

}  // namespace

std::string to_rows(const Batch& batch) {
  std::string rows;
  for (const Entry& entry : batch.entries) {
    std::visit(
        [&](const auto& result) {
          fmt::format_to(std::back_inserter(rows), "{}\t{}\t{}\t{}\t{}\t{}\t", batch.spool,
                         entry.number, timestamp(result.time), net::to_string(result.address),
                         protocol(result), result.port.number);
          append_rest(rows, result);
        },
        entry.result);
  }
  return rows;
}

Result<void> check_postgres(const std::string& connection_string) {
  char* message = nullptr;
  PQconninfoOption* options = ::PQconninfoParse(connection_string.c_str(), &message);
  if (options != nullptr) {
    ::PQconninfoFree(options);
    return {};
  }
  Error error = usage_error("{}", printable(trim(message == nullptr ? "no memory" : message)));
  ::PQfreemem(message);
  return error;
}

std::unique_ptr<Database> make_postgres(std::string connection_string) {
  return std::make_unique<Postgres>(std::move(connection_string));
}

}  // namespace masscan::output
