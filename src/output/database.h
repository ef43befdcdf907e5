// Somebody who takes results over a network, and may be down, slow or full: what a Forwarder needs
// to know of Redis, PostgreSQL and the like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "output/socket_waiter.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::output {

// A result and its place in the spool, by which it is known again.
struct Entry {
  std::uint64_t number = 0;
  std::variant<record::Record, record::Banner> result;  // a banner's text is borrowed
};

struct Batch {
  std::uint64_t spool = 0;  // its own number, random; below 2^63
  WallTime began;           // of the scan
  std::vector<Entry> entries;
};

class Database {
 public:
  virtual ~Database() = default;

  // "redis": of which kind it is, as the name of its option and in names of spools.
  virtual std::string_view kind() const = 0;
  // "127.0.0.1:6379", what the option says; without secrets.
  virtual std::string place() const = 0;

  // Before all that follows.
  Result<void> prepare() {
    waiter_ = TRY(SocketWaiter::open());
    return {};
  }
  // Has stored the whole batch if it returns without an Error; connects if there is no connection,
  // even for an empty batch. After an Error nobody knows what was stored: the batch comes again,
  // and must not be stored twice. Blocks, without progress kPatience at most.
  Result<void> deliver(const Batch& batch) {
    Result<void> stored = store(batch);
    if (!stored) disconnect();
    return stored;
  }
  // From any thread: gives up what it is waiting for, and never waits again.
  void interrupt() { waiter_->interrupt(); }

 protected:
  const SocketWaiter& waiter() const { return *waiter_; }

 private:
  // What `deliver` says.
  virtual Result<void> store(const Batch& batch) = 0;
  // After an Error a connection is of no use any more.
  virtual void disconnect() = 0;

  std::optional<SocketWaiter> waiter_;
};

}  // namespace masscan::output
