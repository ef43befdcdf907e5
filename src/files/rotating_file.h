// Consecutive result files of one format: a ResultFile that is replaced by the next one when its
// time or size is reached (files::Rotation). Each file is a complete document; together they hold
// every result once. No file is empty, and none replaces another. A file is flushed to the disk
// before it gets its final name.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "files/result_file.h"
#include "files/rotation.h"
#include "format/document_info.h"
#include "format/format.h"
#include "record/banner.h"
#include "record/record.h"

namespace masscan::files {

class RotatingFile {
 public:
  // As ResultFile::prepare. Standard output is never rotated.
  static Result<RotatingFile> prepare(std::string path, const format::Format& format, bool append,
                                      format::DocumentInfo info, Rotation rotation);
  // As ResultFile::begin. With rotation, an old file with results under this name (after a crash)
  // is rotated first, unless it is continued.
  Result<void> begin();
  // Calls `prepare` and `begin`.
  static Result<RotatingFile> open(std::string path, const format::Format& format, bool append,
                                   format::DocumentInfo info, Rotation rotation);

  Result<void> write(const record::Record& record) { return write({&record, 1}); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(const record::Banner& banner);
  Result<void> flush() { return document_.flush(); }
  // Flushes, but lets compressed results wait for more, up to a second: small pieces compress
  // badly.
  Result<void> flush_if_due();
  // As ResultFile::duplicate, for the current file.
  Result<UniqueFd> duplicate() const { return document_.duplicate(); }
  // Rotates a file that holds results and whose period is over, without waiting for the next
  // result.
  Result<void> tick(WallTime now);
  // Also rotates the last file, or removes it if it is empty. REQUIRES: the last call.
  Result<void> close(WallTime time);

 private:
  struct Purpose {
    std::string path;
    const format::Format* format;
    format::DocumentInfo info;
    Rotation rotation;
    bool append;  // for the first file
  };

  RotatingFile(ResultFile document, Purpose purpose, WallTime now);

  Result<void> make_room();
  Result<void> rotate();
  Result<void> retire();

  ResultFile document_;
  bool has_begun_ = false;
  Purpose purpose_;
  WallTime now_;
  WallTime flushed_;
  WallTime opened_;
  WallTime next_;             // time of the next rotation
  std::uint64_t number_ = 0;  // the next number that may be free
};

}  // namespace masscan::files
