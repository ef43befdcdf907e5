// Sends results to a database. They are written to a spool first, so writing never waits for the
// database, needs no memory and loses nothing.
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

// Options for Sink::close.
struct CloseOptions {
  Duration timeout = Duration::max();  // for a database that accepts results
  Duration reach = Duration::max();    // for a database that cannot be reached
  bool keeps_spool = false;            // even if all is delivered: the scan will be resumed
  std::stop_token stop = {};           // requested by the user
};

class Sink {
 public:
  // Creates the spool "BASE.redis", or continues it with `append`.
  static Result<std::unique_ptr<Sink>> open(const std::string& spool_base, bool append,
                                            WallTime began, std::unique_ptr<Database> database);
  // Delivers the rest of a spool.
  static Result<std::unique_ptr<Sink>> open_existing(const std::string& spool,
                                                     std::unique_ptr<Database> database);

  Result<void> write(const record::Record& record) { return spool_->write(record); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(const record::Banner& banner) { return spool_->write(banner); }
  // Makes the results available for delivery; they survive a crash of the program.
  Result<void> flush();
  Result<void> flush_if_due() { return flush(); }
  // Returns another descriptor of the spool.
  Result<UniqueFd> duplicate() const;
  // Returns a warning for the user, once. Thread: any.
  std::optional<std::string> take_warnings() { return forwarder_->take_warnings(); }
  // Ends the delivery. The Error says what was not delivered, why, where it is and how to deliver
  // it. REQUIRES: the last call.
  Result<void> close(const CloseOptions& options);

 private:
  Sink(std::unique_ptr<Spool> spool, std::unique_ptr<Forwarder> forwarder)
      : spool_(std::move(spool)), forwarder_(std::move(forwarder)) {}

  Error not_delivered(std::uint64_t left, const Result<void>& last_try) const;

  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Forwarder> forwarder_;  // last: it reads the spool
};

// Returns the spool's name for a kind of database.
std::string spool_path(const std::string& spool_base, std::string_view kind);

}  // namespace masscan::output
