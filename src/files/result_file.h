// One file of results being written, or standard output.
//
// Records gather in a buffer that leaves in whole records: when it is full, at `flush` and at
// `close`. In a file the trailer of an enclosed format (XML, JSON) leaves with them, and the next
// ones overwrite it: the file is a valid document all the time, whatever ends the program.
//
// A compressed file consists of pieces (format/compression.h): each buffer that leaves is one, and
// so is the trailer.
//
// What the disk refuses is said once, by the call that met it; from then on the document swallows
// records, and its file ends with the last complete one. One thread at a time.
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
  // Creates the file, or opens it and leaves what is in it; "-" is standard output. Whoever has
  // nothing to write yet learns whether it could be written. `format` must outlive the document, as
  // those of the table do.
  static Result<ResultFile> prepare(std::string path, const format::Format& format, bool append,
                                    format::DocumentInfo info);
  // Empties the file, before anything is written. With `append` an enclosed document goes on inside
  // the one that is there, and others put a complete one behind it. A document that never begins
  // leaves its file as it was, or none.
  Result<void> begin();
  // Both.
  static Result<ResultFile> open(std::string path, const format::Format& format, bool append,
                                 format::DocumentInfo info);

  // A document without records has 0 bytes; if it is enclosed, a header and a trailer.
  Result<void> write(const record::Record& record) { return write({&record, 1}); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(
      const record::Banner& banner);  // nothing happens if the format leaves banners out
  // After this a reader of the file sees everything written so far.
  Result<void> flush();
  // Another descriptor of its regular file; a closed one for anything else.
  Result<UniqueFd> duplicate() const;
  // Writes the trailer, which says that it was written at `time`. The last call; a document dropped
  // without it lacks what was not flushed.
  Result<void> close(WallTime time);

  // Bytes so far, those of a document that goes on included, but not its trailer.
  // Of a compressed one what has left.
  std::uint64_t size() const { return begin_ + (is_compressed() ? 0 : buffer_.size()); }
  bool is_compressed() const { return compression_ != format::Compression::kNone; }
  bool is_empty() const { return !has_records_; }
  // False after `close`, and after what the disk refused.
  bool is_writable() const { return file_.is_open(); }

 private:
  // What stands in the buffer, as far as an ending counts it.
  enum class Entry : std::uint8_t { kHeader, kTcpOpen, kTcpClosed, kOther };

  // Where the document may be cut: behind an entry, after so many bytes of what is written.
  struct Mark {
    std::uint32_t end = 0;
    Entry entry = Entry::kHeader;
  };

  // How it begins. Nothing: what is there is replaced.
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

  std::optional<Beginning> beginning_;  // until it has begun
  WrittenFile file_;                    // closed after a failure
  const format::Format* format_;
  format::DocumentInfo info_;
  format::Compression compression_;
  std::string_view separator_;  // between two entries
  bool is_sealed_;              // the trailer is always there, behind the last record

  std::uint64_t begin_ = 0;  // where in the file the buffer belongs
  std::uint64_t end_ = 0;    // of the file, if it is sealed
  std::string buffer_;
  std::vector<Mark> marks_;  // the first one is at 0
  format::Ending ending_;
  format::Ending written_;  // what `ending_` was when the buffer was empty
  bool has_header_ = false;
  bool has_records_ = false;
};

}  // namespace masscan::files
