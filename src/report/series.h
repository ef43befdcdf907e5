// The files of one format, one after the other: a Document that makes room for the next one when
// its time or size is reached (report::Rotation). Each file is a whole document; all together hold
// every result once; none is empty, and none takes the place of another. A file is on the disk
// before it gets its last name. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "report/banner.h"
#include "report/document.h"
#include "report/document_info.h"
#include "report/format.h"
#include "report/record.h"
#include "report/rotation.h"

namespace masscan::report {

class Series {
 public:
  // As Document::prepare. Standard output is never rotated.
  static Result<Series> prepare(std::string path, const Format& format, bool append,
                                DocumentInfo info, Rotation rotation);
  // As Document::begin. Where files are rotated, an old one with results under this name, as a
  // crash leaves it, is rotated first unless it goes on.
  Result<void> begin();
  // Both.
  static Result<Series> open(std::string path, const Format& format, bool append, DocumentInfo info,
                             Rotation rotation);

  Result<void> write(const Record& record) { return write({&record, 1}); }
  Result<void> write(std::span<const Record> records);
  Result<void> write(const Banner& banner);
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
    const Format* format;
    DocumentInfo info;
    Rotation rotation;
    bool append;  // to the first file
  };

  Series(Document document, Purpose purpose, WallTime now);

  Result<void> make_room();
  Result<void> rotate();
  Result<void> retire();

  Document document_;
  bool has_begun_ = false;
  Purpose purpose_;
  WallTime now_;
  WallTime flushed_;
  WallTime opened_;
  WallTime next_;             // time rotates at this instant
  std::uint64_t number_ = 0;  // the next one that may be free
};

}  // namespace masscan::report
