// One file of results being written, or standard output.
//
// Records gather in a buffer that leaves in whole records: when it is full, at `flush` and at
// `close`. What the disk refuses is said once, by the call that met it; from then on the document
// swallows records, and its file ends with the last complete one. One thread at a time.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "report/format.h"
#include "report/record.h"

namespace masscan::report {

class Document {
 public:
  // Creates the file, or empties it, or with `append` puts a complete document behind what is
  // there; "-" is standard output. `format` must outlive the document, as those of the table do.
  static Result<Document> open(std::string path, const Format& format, bool append);

  // The header goes in front of the first record: a document without records has 0 bytes.
  Result<void> write(const Record& record);
  // After this a reader of the file sees everything written so far.
  Result<void> flush();
  // Writes the trailer. The last call; a document dropped without it lacks what was not flushed.
  Result<void> close();

 private:
  Document(UniqueFd fd, std::string path, const Format& format);

  Result<void> write_out();
  Error fail(std::size_t written);
  void cut_partial_record(std::size_t written);

  UniqueFd fd_;  // closed after a failure
  std::string path_;
  const Format* format_;
  std::string buffer_;
  std::vector<std::size_t> record_ends_;  // offsets in buffer_ where it may be cut
  bool has_header_ = false;
};

}  // namespace masscan::report
