#include "files/result_file.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "files/read_records.h"

namespace masscan::files {
namespace {

// Large enough to make the cost of a write per record negligible.
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::string_view kStandardOutput = "-";

std::string display_name(const std::string& path) {
  return path == kStandardOutput ? "standard output" : path;
}

Error write_error(const std::string& path) {
  return run_error("cannot write results to {}: {}", display_name(path), last_system_error());
}

}  // namespace

Result<ResultFile> ResultFile::open(std::string path, const format::Format& format, bool append,
                                    format::DocumentInfo info) {
  ResultFile document = TRY(prepare(std::move(path), format, append, std::move(info)));
  TRY(document.begin());
  return document;
}

Result<ResultFile> ResultFile::prepare(std::string path, const format::Format& format, bool append,
                                       format::DocumentInfo info) {
  const format::Compression compression = info.compression.value_or(format::compression_of(path));
  const bool is_compressed = compression != format::Compression::kNone;
  if (is_compressed && format.finish != nullptr) {
    return usage_error(
        "{}: {} cannot be written compressed, its hosts are merged at the end: choose another "
        "format, or compress the file afterwards",
        display_name(path), format.name);
  }
  Beginning beginning;
  if (append && path != kStandardOutput) {
    beginning = TRY(find_continuation(path, format, compression));
  }
  // Without a trailer to overwrite, writes go to the current end of the file.
  const int flags = append && format.enclosure == nullptr ? O_APPEND : 0;
  Result<WrittenFile> file = WrittenFile::open(path, flags, info.interruption);
  if (!file) {
    return run_error("cannot open {} for the results: {}", display_name(path),
                     file.error().message);
  }
  ResultFile document(std::move(file).value(), format, std::move(info), std::move(beginning));
  TRY(document.check_same_header());
  return document;
}

ResultFile::ResultFile(WrittenFile file, const format::Format& format, format::DocumentInfo info,
                       Beginning beginning)
    : beginning_(std::move(beginning)),
      file_(std::move(file)),
      format_(&format),
      info_(std::move(info)),
      compression_(info_.compression.value_or(format::compression_of(file_.path()))),
      separator_(format.enclosure == nullptr ? "" : format.enclosure->separator),
      is_sealed_(format.enclosure != nullptr && file_.is_regular() && !file_.is_standard_output()),
      marks_(1),
      ending_{.time = info_.opened()},
      written_(ending_) {
  buffer_.reserve(kBufferBytes + 4096);
}

Result<void> ResultFile::begin() {
  const Beginning beginning = *std::exchange(beginning_, std::nullopt);
  if (beginning) {
    file_.begin();
  } else if (!file_.begin_empty()) {
    return write_error(file_.path());
  }
  return start(beginning.value_or(Continuation()));
}

Result<void> ResultFile::start(const Continuation& continuation) {
  const bool is_cut = continuation.excess > 0 && !is_sealed_;
  if (is_cut && !files::truncate(file_.fd(), continuation.end)) return write_error(file_.path());
  begin_ = continuation.end;
  end_ = continuation.end + continuation.excess;
  has_records_ = continuation.has_records;
  if (format_->enclosure == nullptr) {
    // A format without a trailer continues without a new header.
    has_header_ = has_records_ && format_->trailer == nullptr;
    return {};
  }

  has_header_ = continuation.has_header;
  if (has_records_ && format_->enclosure->has_counts) {
    TRY(read_records(file_.path(), *format_,
                     [this](const record::Record& record) { count(entry_of(record), ending_); }));
    written_ = ending_;
  }
  if (!has_header_) add_header();
  return is_sealed_ ? write_out() : Result<void>();
}

// Rows with other columns must not follow the existing ones.
Result<void> ResultFile::check_same_header() const {
  const Continuation continuation = beginning_->value_or(Continuation());
  const bool has_header = continuation.has_records && format_->trailer == nullptr;
  if (!has_header || format_->enclosure != nullptr) return {};
  std::string header;
  if (format_->header != nullptr) format_->header(header, info_);
  if (continuation.head.starts_with(header)) return {};
  return usage_error("{}: cannot append: its first line is not {}; choose other --fields or a file",
                     file_.path(), trim(header));
}

void ResultFile::add_header() {
  has_header_ = true;
  if (format_->header != nullptr) format_->header(buffer_, info_);
  if (format_->enclosure != nullptr) mark(Entry::kHeader);
}

ResultFile::Entry ResultFile::entry_of(const record::Record& record) {
  if (record.port.transport != net::Transport::kTcp) return Entry::kOther;
  if (record.state == record::PortState::kOpen) return Entry::kTcpOpen;
  return record.state == record::PortState::kClosed ? Entry::kTcpClosed : Entry::kOther;
}

void ResultFile::count(Entry entry, format::Ending& ending) {
  ending.tcp_open += entry == Entry::kTcpOpen ? 1 : 0;
  ending.tcp_closed += entry == Entry::kTcpClosed ? 1 : 0;
}

Result<void> ResultFile::write(std::span<const record::Record> records) {
  while (file_.is_open() && !records.empty()) {
    std::size_t count = format_->append_run == nullptr ? 0 : add_run(records);
    if (count == 0) {
      add(records.front());
      count = 1;
    }
    records = records.subspan(count);
    TRY(write_out_if_full());
  }
  return {};
}

void ResultFile::add(const record::Record& record) {
  begin_entry();
  if (format_->row != nullptr) {
    format_->row(buffer_, info_.columns, record::ResultView(record));
  } else {
    format_->record(buffer_, record);
  }
  end_entry(entry_of(record), record.time);
}

// Appends leading records with one call of the format, limited by the free space of the buffer.
std::size_t ResultFile::add_run(std::span<const record::Record> records) {
  constexpr std::size_t kMostRecords = 256;
  begin_entry();
  const std::size_t begin = buffer_.size();
  records = records.first(std::min(records.size(), kMostRecords));
  records = records.first(format_->append_run(buffer_, records));
  if (records.empty()) return 0;
  const std::size_t length = (buffer_.size() - begin) / records.size();
  std::size_t end = begin;
  for (const record::Record& record : records) {
    ending_.time = std::max(ending_.time, record.time);
    marks_.push_back({.end = static_cast<std::uint32_t>(end += length), .entry = Entry::kOther});
  }
  ending_.results += records.size();
  return records.size();
}

Result<void> ResultFile::write(const record::Banner& banner) {
  if (!file_.is_open() || format_->banner == nullptr) return {};
  begin_entry();
  if (format_->row != nullptr) {
    format_->row(buffer_, info_.columns, record::ResultView(banner));
  } else {
    format_->banner(buffer_, banner);
  }
  end_entry(Entry::kOther, banner.time);
  return write_out_if_full();
}

void ResultFile::end_entry(Entry entry, WallTime time) {
  ending_.time = std::max(ending_.time, time);
  ++ending_.results;
  count(entry, ending_);
  mark(entry);
}

Result<void> ResultFile::write_out_if_full() {
  return buffer_.size() < kBufferBytes ? Result<void>() : write_out();
}

void ResultFile::mark(Entry entry) {
  marks_.push_back({.end = static_cast<std::uint32_t>(buffer_.size()), .entry = entry});
}

Result<void> ResultFile::flush() {
  return file_.is_open() && !buffer_.empty() ? write_out() : Result<void>();
}

Result<UniqueFd> ResultFile::duplicate() const {
  if (!file_.is_open() || !file_.is_regular()) return UniqueFd();
  UniqueFd fd = file_.duplicate();
  if (fd.is_open()) return fd;
  return run_error("cannot open {} again: {}", file_.path(), last_system_error());
}

Result<void> ResultFile::close(WallTime time) {
  if (!file_.is_open() || beginning_) return {};
  ending_.time = time;
  if (has_header_ && !is_sealed_) {
    if (is_compressed()) TRY(flush());  // the trailer is a separate piece
    buffer_ += trailer(ending_);
  }
  TRY(write_out());
  // The file is still locked while its hosts are merged.
  Result<void> merged = format_->finish != nullptr && is_sealed_
                            ? format_->finish(file_.path(), complete(ending_))
                            : Result<void>();
  if (!file_.close()) return write_error(file_.path());
  return merged;
}

std::string ResultFile::trailer(const format::Ending& ending) const {
  std::string text;
  if (format_->trailer != nullptr) format_->trailer(text, complete(ending));
  return text;
}

// The bytes after the last record until the next one.
std::string ResultFile::seal(const format::Ending& ending) const {
  return is_sealed_ ? format::compress(compression_, trailer(ending)) : std::string();
}

format::Ending ResultFile::complete(format::Ending ending) const {
  ending.elapsed = ending.time - info_.opened();
  return ending;
}

// Its time is that of the newest result, even if that result is lost.
format::Ending ResultFile::ending_after(std::span<const Mark> marks) const {
  format::Ending ending = written_;
  ending.time = ending_.time;
  for (const Mark& mark : marks) {
    count(mark.entry, ending);
    ending.results += mark.entry == Entry::kHeader ? 0 : 1;
  }
  return ending;
}

Result<void> ResultFile::write_out() {
  if (is_compressed()) pack();
  const std::string end = seal(ending_);
  buffer_ += end;
  const std::size_t written = put(buffer_);
  if (written < buffer_.size()) return fail(written);
  if (is_sealed_ && !cut_behind(begin_ + written)) return fail(written);
  begin_ += buffer_.size() - end.size();
  buffer_.clear();
  marks_.resize(1);
  written_ = ending_;
  return {};
}

// Writes after the last record. Returns the number of bytes written.
std::size_t ResultFile::put(std::string_view bytes) {
  return is_sealed_ ? write_all_at(file_.fd(), bytes, begin_)
                    : write_all(file_.fd(), bytes, info_.interruption);
}

// The previous trailer may have been longer.
bool ResultFile::cut_behind(std::uint64_t end) {
  if (end < end_ && !files::truncate(file_.fd(), end)) return false;
  end_ = end;
  return true;
}

// Compresses the buffer into one piece, which is written completely or not at all.
void ResultFile::pack() {
  if (!buffer_.empty()) buffer_ = format::compress(compression_, buffer_);
  marks_.resize(1);
}

Error ResultFile::fail(std::size_t written) {
  Error error = write_error(file_.path());
  // If nothing was written, the file still ends with its last trailer. The Error is already being
  // returned, so further ones are ignored.
  if (written > 0 && is_sealed_) seal_after(written);
  if (written > 0 && !is_sealed_) end_with_complete_record(written);
  file_.abandon();
  return error;
}

// Returns the marks within the first `bytes` bytes of the buffer.
std::span<const ResultFile::Mark> ResultFile::marks_within(std::size_t bytes) const {
  const auto next =
      std::upper_bound(marks_.begin(), marks_.end(), bytes,
                       [](std::size_t length, const Mark& mark) { return length < mark.end; });
  return {marks_.begin(), next};
}

// Removes the beginning of an incomplete record. Does nothing for a pipe, a terminal, or a file
// that another program opened for us.
void ResultFile::end_with_complete_record(std::size_t written) {
  if (file_.is_standard_output() || !file_.is_regular()) return;
  const off_t position = files::position(file_.fd());
  if (position < 0) return;
  const std::size_t incomplete = written - marks_within(written).back().end;
  files::truncate(file_.fd(), static_cast<std::uint64_t>(position) - incomplete);
}

// Removes enough records to make room for the trailer, which then overwrites existing bytes and
// needs no more space on a full disk.
void ResultFile::seal_after(std::size_t written) {
  const auto kept = marks_within(written - std::min(written, seal(ending_).size()));
  const std::uint64_t end = begin_ + kept.back().end;
  const std::string trailer = end == 0 ? "" : seal(ending_after(kept));  // after a header
  const bool is_whole = write_all_at(file_.fd(), trailer, end) == trailer.size();
  files::truncate(file_.fd(), is_whole ? end + trailer.size() : end);
}

}  // namespace masscan::files
