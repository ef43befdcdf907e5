// Sends the contents of a spool to its database on a separate thread, so that no other thread waits
// for the database. A batch that fails is tried again, with increasing delays.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/thread.h"
#include "base/time.h"
#include "output/database.h"
#include "output/spool.h"
#include "output/spool_reader.h"

namespace masscan::output {

class Forwarder {
 public:
  // Starts the thread, which connects at once. REQUIRES: the spool outlives the object.
  static Result<std::unique_ptr<Forwarder>> start(const Spool& spool,
                                                  std::unique_ptr<Database> database);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // Reports that the spool has more entries.
  void wake();
  // Returns a sentence about the first problem, once. Thread: any.
  std::optional<std::string> take_warnings();
  // Delivers the rest and ends the thread. Gives up when `timeout` is over, when the database
  // accepts nothing for some seconds or cannot be reached for `reach`, or when `stop` is requested.
  // Returns the Error of the last attempt, or the Error of an interrupt. REQUIRES: the last call;
  // nothing is added to the spool any more.
  Result<void> finish(Duration timeout, Duration reach, const std::stop_token& stop);

  // REQUIRES: `finish` was called.
  std::uint64_t delivered() const { return reader_.delivered(); }
  const Database& server() const { return *database_; }

 private:
  Forwarder(const Spool& spool, std::unique_ptr<Database> database)
      : spool_(spool), reader_(spool), database_(std::move(database)) {}
  void work();
  void deliver_all();
  Result<void> deliver_batch();
  void note_failure(const Error& error, bool is_first);
  void note_reached(bool is_reached);
  bool is_over(Instant last_success);
  void wait_for_more();
  void pause(Duration longest);
  void wait_for_end(Duration reach, const std::stop_token& stop);

  const Spool& spool_;
  SpoolReader reader_;
  std::unique_ptr<Database> database_;
  Result<void> last_try_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool has_more_ = false;
  bool is_finishing_ = false;
  bool has_ended_ = false;  // of the thread: nothing left to do
  Instant told_to_finish_;
  Instant deadline_ = Instant::max();
  bool is_reached_ = false;  // the last attempt succeeded
  Instant lost_;             // the first failure after a success
  bool was_told_ = false;    // a warning was made
  std::optional<std::string> warning_;

  Thread thread_;  // last: it uses the other members
};

}  // namespace masscan::output
