// Takes batches from a spool while it grows, and notes in it how far they are delivered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "output/database.h"
#include "output/spool.h"

namespace masscan::output {

// One thread. Memory: a batch, and twice the longest banner.
class SpoolReader {
 public:
  // Borrows the spool. Begins where it is delivered to.
  explicit SpoolReader(const Spool& spool);

  // The next results, at most kMostEntries; they stay next until `mark_delivered`. Empty if there
  // are none. Banners' texts are valid until the next call.
  Result<Batch> next();
  // The batch that `next` returned last is stored for good.
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

// Where the last whole entry of a spool ends that begins at `begin`; `delivered` becomes `begin` if
// it is no place between two entries.
Result<Place> find_end(int fd, const std::string& path, Place begin, Place& delivered);

}  // namespace masscan::output
