// Results on their way to a server, on the disk: whatever ends the scan, or keeps the server from
// taking them, they are here. A binary file of results (docs/formats/spool.md), so that every
// reader of ours understands it, whose header says how much is delivered.
//
// Two threads may use it: one appends, the other takes (SpoolReader) what was flushed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::output {

// Between two entries of a spool.
struct Place {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t number = 0;  // of entries before it

  bool operator==(const Place&) const = default;
};

struct SpoolHeader {
  std::uint64_t spool = 0;  // its own number, random; below 2^63
  WallTime began;           // of the scan
  std::string server;       // "redis": what kind `delivered` is true of
  Place delivered;
};

// 99 bytes, as those of any binary file.
std::string to_bytes(const SpoolHeader& header);
// Nothing if these bytes do not begin with exactly what `to_bytes` writes.
std::optional<SpoolHeader> parse_spool_header(std::string_view bytes);

class Spool {
 public:
  // Makes the file. With `append` one that is there goes on, without what a crash has left of its
  // last entry; without, it is an Error.
  static Result<std::unique_ptr<Spool>> open(std::string path, std::string_view server, bool append,
                                             WallTime began);
  // One that is there. For another kind of server nothing in it is delivered.
  static Result<std::unique_ptr<Spool>> open_existing(std::string path, std::string_view server);

  // Of the thread that appends. What the disk refuses is said once; then entries are swallowed.
  Result<void> write(const record::Record& record);
  Result<void> write(const record::Banner& banner);
  bool has_unflushed() const { return !buffer_.empty(); }
  // What was written can be taken now.
  Result<void> flush();

  // Of any thread.
  const std::string& path() const { return path_; }
  const SpoolHeader& header() const { return header_; }  // as it was when opened
  int fd() const { return fd_.get(); }
  std::uint64_t end() const { return end_.load(std::memory_order_acquire); }
  // How many entries it holds, flushed or not yet; those that the disk refused do not count.
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }

 private:
  Spool(UniqueFd fd, std::string path, SpoolHeader header, Place end);
  Result<void> end_entry();
  Error fail();

  UniqueFd fd_;
  std::string path_;
  SpoolHeader header_;
  std::string buffer_;
  std::uint64_t buffered_ = 0;  // entries
  bool has_failed_ = false;
  std::atomic<std::uint64_t> end_;  // of what was flushed
  std::atomic<std::uint64_t> count_;
};

}  // namespace masscan::output
