// Reads batches from a growing spool and records in it how much is delivered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "output/database.h"
#include "output/spool.h"

namespace masscan::output {

// Thread: one. Memory: one batch, and twice the longest banner.
class SpoolReader {
 public:
  // Starts after the delivered entries. REQUIRES: the spool outlives the reader.
  explicit SpoolReader(const Spool& spool);

  // Returns the next results, at most kMostEntries, or none; the same ones until `mark_delivered`.
  // Valid until: the next call, for texts of banners.
  Result<Batch> next();
  // Records that the database has stored the last batch.
  Result<void> mark_delivered();

  bool is_at_end() const { return header_.delivered.offset == spool_.end(); }
  std::uint64_t delivered() const { return header_.delivered.number; }

 private:
  Result<std::string_view> read(std::size_t most_bytes);

  const Spool& spool_;
  SpoolHeader header_;
  Place batch_end_;
  std::vector<char> buffer_;
};

// Returns the end of the last whole entry, reading from `begin`. Sets `delivered` to `begin` if it
// is no position between two entries.
Result<Place> find_end(int fd, const std::string& path, Place begin, Place& delivered);

}  // namespace masscan::output
