// Writes one result file, or standard output.
//
// Records are buffered and written as whole records, when the buffer is full and in `flush` and
// `close`. In a regular file, the trailer of an enclosed format (XML, JSON) is written with them
// and overwritten by the next ones: the file is a valid document at all times.
//
// A compressed file consists of pieces (format/compression.h): one per write of the buffer, and one
// for the trailer.
//
// Errors: a disk error is returned once, by the call that met it. After that, records are dropped,
// and the file ends with the last complete one.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "base/written_file.h"
#include "files/continuation.h"
#include "format/compression.h"
#include "format/document_info.h"
#include "format/format.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::files {

class ResultFile {
 public:
  // Creates the file, or opens it without changing it; "-" is standard output. Reports early
  // whether it can be written. REQUIRES: `format` outlives the object, as rows of the table do.
  static Result<ResultFile> prepare(std::string path, const format::Format& format, bool append,
                                    format::DocumentInfo info);
  // Empties the file before the first write. With `append`, an enclosed document continues the
  // existing one, and other formats add a new document. Without `begin` the file stays as it was,
  // or is removed if it was new.
  Result<void> begin();
  // Calls `prepare` and `begin`.
  static Result<ResultFile> open(std::string path, const format::Format& format, bool append,
                                 format::DocumentInfo info);

  // Add results. Without any, the file is empty; if enclosed, it has a header and a trailer.
  Result<void> write(const record::Record& record) { return write({&record, 1}); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(const record::Banner& banner);  // ignored if the format leaves banners out
  // Makes everything written so far visible to readers of the file.
  Result<void> flush();
  // Returns another descriptor of a regular file; a closed one for anything else.
  Result<UniqueFd> duplicate() const;
  // Writes the trailer with the time `time`. REQUIRES: the last call. Without it, unflushed results
  // are lost.
  Result<void> close(WallTime time);

  // Returns the size in bytes, including a continued document, without the trailer. Of a compressed
  // file: the bytes written.
  std::uint64_t size() const { return begin_ + (is_compressed() ? 0 : buffer_.size()); }
  bool is_compressed() const { return compression_ != format::Compression::kNone; }
  bool is_empty() const { return !has_records_; }
  // False after `close` and after a disk error.
  bool is_writable() const { return file_.is_open(); }

 private:
  // The kind of an entry in the buffer, for counting.
  enum class Entry : std::uint8_t { kHeader, kTcpOpen, kTcpClosed, kOther };

  // A position where the file may be cut: after an entry, as an offset in the buffer.
  struct Mark {
    std::uint32_t end = 0;
    Entry entry = Entry::kHeader;
  };

  // The existing contents to continue, or nullopt to replace them.
  using Beginning = std::optional<Continuation>;

  ResultFile(WrittenFile file, const format::Format& format, format::DocumentInfo info,
             Beginning beginning);

  Result<void> start(const Continuation& continuation);
  Result<void> check_same_header() const;
  void add_header();
  void begin_entry() {
    if (!has_header_) add_header();
    if (has_records_ && !separator_.empty()) buffer_ += separator_;
    has_records_ = true;
  }
  void mark(Entry entry);
  void end_entry(Entry entry, WallTime time);
  void add(const record::Record& record);
  std::size_t add_run(std::span<const record::Record> records);
  Result<void> write_out_if_full();
  static Entry entry_of(const record::Record& record);
  static void count(Entry entry, format::Ending& ending);
  Result<void> write_out();
  std::size_t put(std::string_view bytes);
  bool cut_behind(std::uint64_t end);
  void pack();
  std::string trailer(const format::Ending& ending) const;
  std::string seal(const format::Ending& ending) const;
  format::Ending complete(format::Ending ending) const;
  format::Ending ending_after(std::span<const Mark> marks) const;
  Error fail(std::size_t written);
  std::span<const Mark> marks_within(std::size_t bytes) const;
  void end_with_complete_record(std::size_t written);
  void seal_after(std::size_t written);

  std::optional<Beginning> beginning_;  // until begin()
  WrittenFile file_;                    // closed after a failure
  const format::Format* format_;
  format::DocumentInfo info_;
  format::Compression compression_;
  std::string_view separator_;  // between two entries
  bool is_sealed_;              // the trailer is always written after the last record

  std::uint64_t begin_ = 0;  // file offset of the buffer
  std::uint64_t end_ = 0;    // of the file, if sealed
  std::string buffer_;
  std::vector<Mark> marks_;  // the first one is at 0
  format::Ending ending_;
  format::Ending written_;  // value of `ending_` when the buffer was empty
  bool has_header_ = false;
  bool has_records_ = false;
};

}  // namespace masscan::files
