#include "output/spool_reader.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <variant>

#include "base/file.h"
#include "format/formats.h"
#include "format/item.h"

namespace masscan::output {
namespace {

// A moderate batch size for databases.
constexpr std::size_t kMostEntries = 4096;
constexpr std::size_t kBatchBytes = 128 * 1024;
// The longest entry: the longest banner, with its fields, type and length.
constexpr std::size_t kLongestEntry = (std::size_t{1} << 20) + 64;

Result<std::string_view> read_at(int fd, const std::string& path, std::uint64_t offset,
                                 std::span<char> into) {
  const ssize_t count = read_all_at(fd, into, offset);
  if (count < 0) return run_error("cannot read the spool {}: {}", path, last_system_error());
  return std::string_view(into.data(), static_cast<std::size_t>(count));
}

Error damaged(const std::string& path, std::uint64_t offset) {
  return run_error("the spool {} is damaged at byte {}; --readscan reads what stands before", path,
                   offset);
}

// Adds an entry. A malformed one is counted and left out.
void add_entry(std::vector<Entry>& entries, std::uint64_t number, const format::FileItem& parsed) {
  if (const auto* record = std::get_if<record::Record>(&parsed)) {
    entries.push_back({number, *record});
  } else if (const auto* banner = std::get_if<record::Banner>(&parsed)) {
    entries.push_back({number, *banner});
  }
}

}  // namespace

SpoolReader::SpoolReader(const Spool& spool)
    : spool_(spool),
      header_(spool.header()),
      batch_end_(header_.delivered),
      buffer_(kLongestEntry) {}

Result<std::string_view> SpoolReader::read(std::size_t most_bytes) {
  const std::uint64_t begin = header_.delivered.offset;
  const std::size_t length = std::min<std::uint64_t>(spool_.end() - begin, most_bytes);
  return read_at(spool_.fd(), spool_.path(), begin, std::span(buffer_).first(length));
}

Result<Batch> SpoolReader::next() {
  Batch batch{.spool = header_.spool, .began = header_.began, .entries = {}};
  batch_end_ = header_.delivered;
  for (const std::size_t bytes : {kBatchBytes, kLongestEntry}) {
    std::string_view rest = TRY(read(bytes));
    std::string unused;
    while (batch_end_.number - header_.delivered.number < kMostEntries) {
      const std::size_t length = format::kBinaryFormat.item_length(rest);
      if (length == format::kEndless) return damaged(spool_.path(), batch_end_.offset);
      if (length == 0) break;
      add_entry(batch.entries, batch_end_.number,
                format::kBinaryFormat.parse(rest.substr(0, length), unused));
      rest.remove_prefix(length);
      batch_end_ = {batch_end_.offset + length, batch_end_.number + 1};
    }
    if (batch_end_ != header_.delivered || rest.empty()) return batch;
  }
  return damaged(spool_.path(), batch_end_.offset);
}

Result<void> SpoolReader::mark_delivered() {
  if (batch_end_ == header_.delivered) return {};
  header_.delivered = batch_end_;
  const std::string bytes = to_bytes(header_);
  if (write_all_at(spool_.fd(), bytes, 0) == bytes.size()) return {};
  return run_error("cannot note in the spool {} what is delivered: {}", spool_.path(),
                   last_system_error());
}

Result<Place> find_end(int fd, const std::string& path, Place begin, Place& delivered) {
  std::vector<char> buffer(kLongestEntry);
  bool is_between = false;
  Place place = begin;
  for (;;) {
    std::string_view rest = TRY(read_at(fd, path, place.offset, buffer));
    const std::uint64_t before = place.offset;
    for (;;) {
      is_between = is_between || place == delivered;
      const std::size_t length = format::kBinaryFormat.item_length(rest);
      if (length == format::kEndless) return damaged(path, place.offset);
      if (length == 0) break;
      rest.remove_prefix(length);
      place = {place.offset + length, place.number + 1};
    }
    if (place.offset == before) break;
  }
  if (!is_between) delivered = begin;
  return place;
}

}  // namespace masscan::output
