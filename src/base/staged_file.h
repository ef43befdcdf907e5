// A file that is replaced atomically: written under a temporary name in the same directory, flushed
// to the disk, then renamed.
//
// The temporary name is random and created with O_EXCL, so in a directory that others may write to
// no link is followed and no existing file is opened.
// Owner: the writer. The destructor removes a file that was not put in place.
// Thread: one.
//
//   StagedFile file = TRY(StagedFile::open(path, 0600));
//   write_all(file.fd(), text);
//   TRY(file.put(StagedFile::Existing::kReplaced));
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan {

class StagedFile {
 public:
  enum class Existing { kReplaced, kKept };

  // Opens the temporary file for reading and writing. `mode` is exact, regardless of the umask.
  static Result<StagedFile> open(std::string path, mode_t mode);
  StagedFile(StagedFile&& other) noexcept = default;
  StagedFile& operator=(StagedFile&& other) = delete;
  ~StagedFile();

  int fd() const { return fd_.get(); }

  // Flushes the file, renames it and flushes the directory. Returns an Error if the name exists and
  // must be kept. Returns the descriptor, for further writes.
  Result<UniqueFd> put(Existing existing) &&;

 private:
  StagedFile(std::string path, std::string temporary, UniqueFd fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}
  bool give_name(Existing existing) const;

  std::string path_;
  std::string temporary_;
  UniqueFd fd_;  // closed once the file is in place, or moved from
};

}  // namespace masscan
