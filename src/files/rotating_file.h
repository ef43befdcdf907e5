// The files of one format, one after the other: a Document that makes room for the next one when
// its time or size is reached (files::Rotation). Each file is a whole document; all together hold
// every result once; none is empty, and none takes the place of another. A file is on the disk
// before it gets its last name. One thread at a time.
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
  // As Document::prepare. Standard output is never rotated.
  static Result<RotatingFile> prepare(std::string path, const format::Format& format, bool append,
                                      format::DocumentInfo info, Rotation rotation);
  // As Document::begin. Where files are rotated, an old one with results under this name, as a
  // crash leaves it, is rotated first unless it goes on.
  Result<void> begin();
  // Both.
  static Result<RotatingFile> open(std::string path, const format::Format& format, bool append,
                                   format::DocumentInfo info, Rotation rotation);

  Result<void> write(const record::Record& record) { return write({&record, 1}); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(const record::Banner& banner);
  Result<void> flush() { return document_.flush(); }
  // The same, but compressed results wait for others, a second at most: few of them pack badly.
  Result<void> flush_if_due();
  // As Document::duplicate, of the file being written.
  Result<UniqueFd> duplicate() const { return document_.duplicate(); }
  // The wall clock goes on. A file whose period is over, and which holds something, is complete
  // now; nobody needs to wait for the next result.
  Result<void> tick(WallTime now);
  // The last call. The last file is rotated too; one without results is removed.
  Result<void> close(WallTime time);

 private:
  struct Purpose {
    std::string path;
    const format::Format* format;
    format::DocumentInfo info;
    Rotation rotation;
    bool append;  // to the first file
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
  WallTime next_;             // time rotates at this instant
  std::uint64_t number_ = 0;  // the next one that may be free
};

}  // namespace masscan::files
