#include "report/document.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "report/read_records.h"

namespace masscan::report {
namespace {

// Large enough that a write costs nothing per record, small enough to be no burden.
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::string_view kStandardOutput = "-";

// What is never replaced is appended wherever the end is by then: others may append to the file
// too.
UniqueFd open_for_writing(const std::string& path, bool is_replaced, bool append, NewFile& made) {
  if (path == kStandardOutput) return UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  return open_or_make(path, append && !is_replaced ? O_APPEND : 0, made);
}

std::string display_name(const std::string& path) {
  return path == kStandardOutput ? "standard output" : path;
}

Error write_error(const std::string& path) {
  return run_error("cannot write results to {}: {}", display_name(path), last_system_error());
}

bool is_regular_file(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

Result<Document> Document::open(std::string path, const Format& format, bool append,
                                DocumentInfo info) {
  Document document = TRY(prepare(std::move(path), format, append, std::move(info)));
  TRY(document.begin());
  return document;
}

Result<Document> Document::prepare(std::string path, const Format& format, bool append,
                                   DocumentInfo info) {
  const Compression compression = info.compression.value_or(compression_of(path));
  const bool is_compressed = compression != Compression::kNone;
  if (is_compressed && format.finish != nullptr) {
    return usage_error(
        "{}: {} cannot be written compressed, its hosts are merged at the end: choose another "
        "format, or compress the file afterwards",
        display_name(path), format.name);
  }
  Beginning beginning;
  if (append && path != kStandardOutput) {
    beginning.continuation = TRY(find_continuation(path, format, compression));
  }
  const bool is_replaced = format.enclosure != nullptr && !is_compressed;
  UniqueFd fd = open_for_writing(path, is_replaced, append, beginning.file);
  if (!fd.is_open()) {
    return run_error("cannot open {} for the results: {}", display_name(path), last_system_error());
  }
  Document document(std::move(fd), std::move(path), format, std::move(info), std::move(beginning));
  TRY(document.check_same_header());
  return document;
}

Document::Document(UniqueFd fd, std::string path, const Format& format, DocumentInfo info,
                   Beginning beginning)
    : beginning_(std::move(beginning)),
      fd_(std::move(fd)),
      path_(std::move(path)),
      format_(&format),
      info_(std::move(info)),
      compression_(info_.compression.value_or(compression_of(path_))),
      separator_(format.enclosure == nullptr ? "" : format.enclosure->separator),
      is_sealed_(format.enclosure != nullptr && path_ != kStandardOutput &&
                 is_regular_file(fd_.get())),
      marks_(1),
      ending_{.time = info_.opened()},
      written_(ending_) {
  buffer_.reserve(kBufferBytes + 4096);
}

Result<void> Document::begin() {
  const bool is_emptied = !beginning_->continuation && path_ != kStandardOutput;
  if (is_emptied && is_regular_file(fd_.get()) && ::ftruncate(fd_.get(), 0) != 0) {
    return write_error(path_);
  }
  beginning_->file.keep();
  const Continuation continuation = beginning_->continuation.value_or(Continuation());
  beginning_.reset();
  return start(continuation);
}

Result<void> Document::start(const Continuation& continuation) {
  const auto end = static_cast<off_t>(continuation.end);
  if (continuation.excess > 0 && !is_sealed_ && ::ftruncate(fd_.get(), end) != 0) {
    return write_error(path_);
  }
  begin_ = continuation.end;
  has_records_ = continuation.has_records;
  if (format_->enclosure == nullptr) {
    // Without an end there is nothing to begin anew.
    has_header_ = has_records_ && format_->trailer == nullptr;
    return {};
  }

  has_header_ = continuation.has_header;
  if (has_records_ && format_->enclosure->has_counts) {
    TRY(read_records(path_, *format_,
                     [this](const Record& record) { count(entry_of(record), ending_); }));
    written_ = ending_;
  }
  if (!has_header_) add_header();
  if (!is_sealed_) return {};
  if (::lseek(fd_.get(), end, SEEK_SET) < 0) return write_error(path_);
  TRY(write_out());
  return continuation.excess > 0 ? cut_behind_trailer() : Result<void>();
}

// Lines of other columns would make no sense behind those that are there.
Result<void> Document::check_same_header() const {
  const Continuation continuation = beginning_->continuation.value_or(Continuation());
  const bool has_header = continuation.has_records && format_->trailer == nullptr;
  if (!has_header || format_->enclosure != nullptr) return {};
  std::string header;
  if (format_->header != nullptr) format_->header(header, info_);
  if (continuation.head.starts_with(header)) return {};
  return usage_error("{}: cannot append: its first line is not {}; choose other --fields or a file",
                     path_, trim(header));
}

void Document::add_header() {
  has_header_ = true;
  if (format_->header != nullptr) format_->header(buffer_, info_);
  if (format_->enclosure != nullptr) mark(Entry::kHeader);
}

Document::Entry Document::entry_of(const Record& record) {
  if (record.port.transport != net::Transport::kTcp) return Entry::kOther;
  if (record.state == PortState::kOpen) return Entry::kTcpOpen;
  return record.state == PortState::kClosed ? Entry::kTcpClosed : Entry::kOther;
}

void Document::count(Entry entry, Ending& ending) {
  ending.tcp_open += entry == Entry::kTcpOpen ? 1 : 0;
  ending.tcp_closed += entry == Entry::kTcpClosed ? 1 : 0;
}

Result<void> Document::write(std::span<const Record> records) {
  while (fd_.is_open() && !records.empty()) {
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

void Document::add(const Record& record) {
  begin_entry();
  if (format_->row != nullptr) {
    format_->row(buffer_, info_.columns, Finding(record));
  } else {
    format_->record(buffer_, record);
  }
  end_entry(entry_of(record), record.time);
}

// The first ones, as many as the format appends at once; few enough for the room in the buffer.
std::size_t Document::add_run(std::span<const Record> records) {
  constexpr std::size_t kMostRecords = 256;
  begin_entry();
  const std::size_t begin = buffer_.size();
  records = records.first(std::min(records.size(), kMostRecords));
  records = records.first(format_->append_run(buffer_, records));
  if (records.empty()) return 0;
  const std::size_t length = (buffer_.size() - begin) / records.size();
  std::size_t end = begin;
  for (const Record& record : records) {
    ending_.time = std::max(ending_.time, record.time);
    marks_.push_back({.end = static_cast<std::uint32_t>(end += length), .entry = Entry::kOther});
  }
  ending_.results += records.size();
  return records.size();
}

Result<void> Document::write(const Banner& banner) {
  if (!fd_.is_open() || format_->banner == nullptr) return {};
  begin_entry();
  if (format_->row != nullptr) {
    format_->row(buffer_, info_.columns, Finding(banner));
  } else {
    format_->banner(buffer_, banner);
  }
  end_entry(Entry::kOther, banner.time);
  return write_out_if_full();
}

void Document::end_entry(Entry entry, WallTime time) {
  ending_.time = std::max(ending_.time, time);
  ++ending_.results;
  count(entry, ending_);
  mark(entry);
}

Result<void> Document::write_out_if_full() {
  return buffer_.size() < kBufferBytes ? Result<void>() : write_out();
}

void Document::mark(Entry entry) {
  marks_.push_back({.end = static_cast<std::uint32_t>(buffer_.size()), .entry = entry});
}

Result<void> Document::flush() {
  return fd_.is_open() && !buffer_.empty() ? write_out() : Result<void>();
}

Result<UniqueFd> Document::duplicate() const {
  if (!fd_.is_open() || !is_regular_file(fd_.get())) return UniqueFd();
  UniqueFd fd(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!fd.is_open()) return run_error("cannot open {} again: {}", path_, last_system_error());
  return fd;
}

Result<void> Document::close(WallTime time) {
  if (!fd_.is_open() || beginning_) return {};
  ending_.time = time;
  if (has_header_ && !is_sealed_) {
    if (is_compressed()) TRY(flush());  // the trailer is a piece of its own
    buffer_ += trailer(ending_);
  }
  TRY(write_out());
  // Some file systems (NFS) report a full disk only here.
  if (::close(fd_.release()) != 0) return write_error(path_);
  if (format_->finish != nullptr && is_sealed_) return format_->finish(path_, complete(ending_));
  return {};
}

std::string Document::trailer(const Ending& ending) const {
  std::string text;
  if (format_->trailer != nullptr) format_->trailer(text, complete(ending));
  return text;
}

// What stands behind the last record until the next one.
std::string Document::seal(const Ending& ending) const {
  return is_sealed_ ? compress(compression_, trailer(ending)) : std::string();
}

Ending Document::complete(Ending ending) const {
  ending.elapsed = ending.time - info_.opened();
  return ending;
}

// Its time is that of the newest result, also if that is lost.
Ending Document::ending_after(std::span<const Mark> marks) const {
  Ending ending = written_;
  ending.time = ending_.time;
  for (const Mark& mark : marks) {
    count(mark.entry, ending);
    ending.results += mark.entry == Entry::kHeader ? 0 : 1;
  }
  return ending;
}

Result<void> Document::write_out() {
  if (is_compressed()) TRY(pack());
  const std::string end = seal(ending_);
  buffer_ += end;
  const std::size_t written = write_all(fd_.get(), buffer_);
  if (written < buffer_.size()) return fail(written);
  if (is_sealed_) ::lseek(fd_.get(), -static_cast<off_t>(end.size()), SEEK_CUR);
  begin_ += buffer_.size() - end.size();
  buffer_.clear();
  marks_.resize(1);
  written_ = ending_;
  return {};
}

// Makes a piece of the buffer, of which all is written, or nothing. A trailer makes way before: a
// piece that is written over a longer one would be followed by the rest of that.
Result<void> Document::pack() {
  if (is_sealed_ && ::ftruncate(fd_.get(), static_cast<off_t>(begin_)) != 0) return fail(0);
  if (!buffer_.empty()) buffer_ = compress(compression_, buffer_);
  marks_.resize(1);
  return {};
}

// What was there before may have been longer.
Result<void> Document::cut_behind_trailer() {
  const off_t end = ::lseek(fd_.get(), 0, SEEK_CUR);
  const auto length = static_cast<off_t>(seal(ending_).size());
  return ::ftruncate(fd_.get(), end + length) == 0 ? Result<void>() : write_error(path_);
}

Error Document::fail(std::size_t written) {
  Error error = write_error(path_);
  end_with_complete_record(written);
  fd_.reset();
  return error;
}

// Takes back the bytes of a record of which only the beginning was written, and as many records
// more as a trailer needs room. Nothing is taken back from a pipe, a terminal or a file that
// somebody else opened for us.
void Document::end_with_complete_record(std::size_t written) {
  const off_t position = path_ == kStandardOutput ? -1 : ::lseek(fd_.get(), 0, SEEK_CUR);
  if (position < 0) return;
  const std::size_t room = written - std::min(written, seal(ending_).size());
  const auto next =
      std::upper_bound(marks_.begin(), marks_.end(), room,
                       [](std::size_t bytes, const Mark& mark) { return bytes < mark.end; });
  const std::span<const Mark> kept(marks_.begin(), next);
  const off_t end = position - static_cast<off_t>(written - kept.back().end);
  // The Error is on its way already: refusals here change nothing.
  if (::ftruncate(fd_.get(), end) != 0 || !is_sealed_) return;
  if (::lseek(fd_.get(), end, SEEK_SET) == end) write_all(fd_.get(), seal(ending_after(kept)));
}

}  // namespace masscan::report
