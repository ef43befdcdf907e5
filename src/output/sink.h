// Where results go besides files: a server. What it gets goes through a spool first, so writing
// never waits for the server, needs no memory, and loses nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "output/database.h"
#include "output/forwarder.h"
#include "output/spool.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::output {

// How the end of a Sink is.
struct CloseOptions {
  Duration timeout = Duration::max();  // with a server that still takes something
  Duration reach = Duration::max();    // with one that cannot be reached
  bool keeps_spool = false;            // even if everything is delivered: the scan goes on later
  std::stop_token stop = {};           // the user's patience is over
};

class Sink {
 public:
  // Makes the spool "BASE.redis", or with `append` goes on with it.
  static Result<std::unique_ptr<Sink>> open(const std::string& spool_base, bool append,
                                            WallTime began, std::unique_ptr<Database> database);
  // Delivers the rest of a spool.
  static Result<std::unique_ptr<Sink>> open_existing(const std::string& spool,
                                                     std::unique_ptr<Database> database);

  Result<void> write(const record::Record& record) { return spool_->write(record); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(const record::Banner& banner) { return spool_->write(banner); }
  // What was written is on its way, and survives us.
  Result<void> flush();
  Result<void> flush_if_due() { return flush(); }
  // Another descriptor of the spool.
  Result<UniqueFd> duplicate() const;
  // A sentence for the user, once; of any thread.
  std::optional<std::string> take_warnings() { return forwarder_->take_warnings(); }
  // The last call. An Error if something is not delivered: it says what, why, where it is and what
  // to do with it.
  Result<void> close(const CloseOptions& options);

 private:
  Sink(std::unique_ptr<Spool> spool, std::unique_ptr<Forwarder> forwarder)
      : spool_(std::move(spool)), forwarder_(std::move(forwarder)) {}

  Error not_delivered(std::uint64_t left, const Result<void>& last_try) const;

  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Forwarder> forwarder_;  // last: it reads the spool
};

// The spool of a kind of server.
std::string spool_path(const std::string& spool_base, std::string_view kind);

}  // namespace masscan::output
