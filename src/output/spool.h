// Results on the disk until a database has stored them, whatever happens to the scan or the
// database. The file is a binary result file (docs/formats/spool.md), so all our readers understand
// it; its header stores how much is delivered.
//
// Thread: two; one appends, the other reads what was flushed (SpoolReader).
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

// A position between two entries.
struct Place {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t number = 0;  // of entries before it

  bool operator==(const Place&) const = default;
};

struct SpoolHeader {
  std::uint64_t spool = 0;  // random id; below 2^63
  WallTime began;           // of the scan
  std::string server;       // "redis": the kind of database that `delivered` is about
  Place delivered;
};

// Returns 99 bytes, the size of any binary file's header.
std::string to_bytes(const SpoolHeader& header);
// Returns nullopt unless the bytes begin exactly as `to_bytes` writes them.
std::optional<SpoolHeader> parse_spool_header(std::string_view bytes);

class Spool {
 public:
  // Creates the file; an existing one is an Error. With `append` it is continued, without a last
  // entry that a crash left incomplete.
  static Result<std::unique_ptr<Spool>> open(std::string path, std::string_view server, bool append,
                                             WallTime began);
  // Opens an existing file. For another kind of database nothing counts as delivered.
  static Result<std::unique_ptr<Spool>> open_existing(std::string path, std::string_view server);

  // Append an entry. A disk error is returned once; later entries are dropped. Thread: the
  // appending one.
  Result<void> write(const record::Record& record);
  Result<void> write(const record::Banner& banner);
  bool has_unflushed() const { return !buffer_.empty(); }
  // Makes the entries available to the reader. Thread: the appending one.
  Result<void> flush();

  // Thread: any, for these three.
  const std::string& path() const { return path_; }
  const SpoolHeader& header() const { return header_; }  // as it was when opened
  int fd() const { return fd_.get(); }
  std::uint64_t end() const { return end_.load(std::memory_order_acquire); }
  // Returns the number of entries, flushed or not, without those lost in a disk error.
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
  std::atomic<std::uint64_t> end_;  // end of what was flushed
  std::atomic<std::uint64_t> count_;
};

}  // namespace masscan::output
