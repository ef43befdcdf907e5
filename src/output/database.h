// A database that stores results (Redis, PostgreSQL); it may be down, slow or full. The interface
// that a Forwarder uses.
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

// A result and its number in the spool, which identifies it.
struct Entry {
  std::uint64_t number = 0;
  std::variant<record::Record, record::Banner> result;  // the text of a banner is borrowed
};

struct Batch {
  std::uint64_t spool = 0;  // random id of the spool; below 2^63
  WallTime began;           // of the scan
  std::vector<Entry> entries;
};

class Database {
 public:
  virtual ~Database() = default;

  // Returns "redis" or the like, as in options and names of spools.
  virtual std::string_view kind() const = 0;
  // Returns the address as in the option, "127.0.0.1:6379", without secrets.
  virtual std::string place() const = 0;

  // REQUIRES: called before all other functions.
  Result<void> prepare() {
    waiter_ = TRY(SocketWaiter::open());
    return {};
  }
  // Stores the whole batch, or returns an Error; connects if necessary, even for an empty batch.
  // After an Error it is unknown what was stored: the batch is delivered again and must not be
  // stored twice. Blocks for at most kSocketTimeout without progress.
  Result<void> deliver(const Batch& batch) {
    Result<void> stored = store(batch);
    if (!stored) disconnect();
    return stored;
  }
  // Aborts the current and all later waits. Thread: any.
  void interrupt() { waiter_->interrupt(); }

 protected:
  const SocketWaiter& waiter() const { return *waiter_; }

 private:
  // Implements `deliver`.
  virtual Result<void> store(const Batch& batch) = 0;
  // Called after an Error, as the connection is then unusable.
  virtual void disconnect() = 0;

  std::optional<SocketWaiter> waiter_;
};

}  // namespace masscan::output
