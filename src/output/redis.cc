#include "output/redis.h"

#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "record/record.h"

namespace masscan::output {
namespace {

using Connection = std::unique_ptr<redisContext, decltype(&::redisFree)>;
using Reply = std::unique_ptr<void, decltype(&::freeReplyObject)>;

class Redis final : public Database {
 public:
  Redis(const net::Endpoint& endpoint, std::string password)
      : endpoint_(endpoint), password_(std::move(password)) {}

  std::string_view kind() const override { return "redis"; }
  std::string place() const override { return net::to_string(endpoint_); }

 private:
  Result<void> store(const Batch& batch) override {
    if (connection_ == nullptr) TRY(connect());
    for (const Entry& entry : batch.entries) {
      if (const auto* record = std::get_if<record::Record>(&entry.result)) send(*record);
    }
    TRY(flush());
    while (awaited_ > 0) TRY(take_reply(REDIS_REPLY_INTEGER));
    return {};
  }

  void disconnect() override { connection_.reset(); }

  Result<void> connect() {
    const std::string host = net::to_string(endpoint_.address);
    connection_.reset(::redisConnectNonBlock(host.c_str(), endpoint_.port));
    awaited_ = 0;
    if (connection_ == nullptr) return run_error("there is no memory for a connection");
    if (connection_->err != 0) return failure("cannot connect");
    TRY(wait(POLLOUT));
    TRY(check_connected());
    if (!password_.empty()) {
      send({"AUTH", password_});
      TRY(flush());
      TRY(take_reply(REDIS_REPLY_STATUS));
    }
    send({"PING"});
    TRY(flush());
    return take_reply(REDIS_REPLY_STATUS);
  }

  // Returns the outcome of connect.
  Result<void> check_connected() const {
    int error = 0;
    socklen_t length = sizeof(error);
    ::getsockopt(connection_->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0) return {};
    return run_error("cannot connect: {}", std::strerror(error));
  }

  // Writes masscan's keys and values.
  void send(const record::Record& record) {
    const std::string address = net::to_string(record.address);
    const std::string port =
        fmt::format("{}/{}", record.port.number, record::protocol_name(record.port.transport));
    send({"SADD", "host", address});
    send({"SADD", address, port});
    send({"SADD", fmt::format("{}:{}", address, port),
          fmt::format("{}:{}:{}:{}", record::unix_seconds(record.time),
                      static_cast<unsigned>(record.state), record.reason, record.ttl)});
  }

  // Appends a command to the buffer.
  void send(std::initializer_list<std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    for (const std::string_view word : words) {
      texts.push_back(word.data());
      lengths.push_back(word.size());
    }
    ::redisAppendCommandArgv(connection_.get(), static_cast<int>(words.size()), texts.data(),
                             lengths.data());
    ++awaited_;
  }

  Result<void> flush() {
    for (int is_done = 0;;) {
      if (::redisBufferWrite(connection_.get(), &is_done) != REDIS_OK) return lost();
      if (is_done != 0) return {};
      TRY(wait(POLLOUT));
    }
  }

  Result<void> take_reply(int expected) {
    void* taken = nullptr;
    for (;;) {
      if (::redisGetReplyFromReader(connection_.get(), &taken) != REDIS_OK) return lost();
      if (taken != nullptr) break;
      TRY(wait(POLLIN));
      if (::redisBufferRead(connection_.get()) != REDIS_OK) return lost();
    }
    --awaited_;
    const Reply owner(taken, &::freeReplyObject);
    const auto* reply = static_cast<const redisReply*>(taken);
    if (reply->type == expected) return {};
    const bool is_refusal = reply->type == REDIS_REPLY_ERROR;
    return run_error("{}", is_refusal ? printable(std::string_view(reply->str, reply->len))
                                      : "sent something that is not a Redis reply");
  }

  Result<void> wait(short events) const { return waiter().wait(connection_->fd, events); }

  Error lost() const { return failure("the connection is lost"); }
  Error failure(std::string_view what) const {
    return run_error("{}: {}", what, static_cast<const char*>(connection_->errstr));
  }

  net::Endpoint endpoint_;
  std::string password_;
  Connection connection_{nullptr, &::redisFree};
  std::size_t awaited_ = 0;  // replies
};

}  // namespace

std::unique_ptr<Database> make_redis(const net::Endpoint& endpoint, std::string password) {
  return std::make_unique<Redis>(endpoint, std::move(password));
}

}  // namespace masscan::output
