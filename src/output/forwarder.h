// Brings what a spool holds to its server, in a thread of its own: whatever the server does, nobody
// waits for it. A batch that could not be delivered is tried again, ever less often.
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
  // Starts at once, and connects even if there is nothing to deliver yet. Borrows the spool.
  static Result<std::unique_ptr<Forwarder>> start(const Spool& spool,
                                                  std::unique_ptr<Database> database);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // The spool has more now.
  void wake();
  // A sentence for the user about what has gone wrong; the first one only. Of any thread.
  std::optional<std::string> take_warnings();
  // Nothing more comes: the last call. Returns when everything is delivered, `patience` is over,
  // the server has taken nothing for some seconds or could not be reached for `reach`, or the user
  // wants it to stop; with the Error of the last try, if it was one, or that of having been
  // interrupted.
  Result<void> finish(Duration timeout, Duration reach, const std::stop_token& stop);

  // After `finish`.
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
  bool has_ended_ = false;  // the thread has nothing more to do
  Instant told_to_finish_;
  Instant deadline_ = Instant::max();
  bool is_reached_ = false;  // the last try was a success
  Instant lost_;             // when the first one failed after a success
  bool was_told_ = false;    // the user, that something is wrong
  std::optional<std::string> warning_;

  Thread thread_;  // last: it uses the others
};

}  // namespace masscan::output
