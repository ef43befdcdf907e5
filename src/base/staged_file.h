// A file that comes whole or not at all: written beside its place, forced to the disk, and then
// given its name in one step.
//
// Until then it has a name that nobody can guess, and nothing that is there is opened: in a
// directory that others may write to, no link is followed and no file of theirs is taken. Owner:
// whoever writes it; one thread. What was not put in place is removed with the object.
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

  // For reading and writing. `mode` is exact, whatever the umask.
  static Result<StagedFile> open(std::string path, mode_t mode);
  StagedFile(StagedFile&& other) noexcept = default;
  StagedFile& operator=(StagedFile&& other) = delete;
  ~StagedFile();

  int fd() const { return fd_.get(); }

  // Forces the file to the disk, gives it its name, and forces the directory. Where a file that
  // must be kept has the name, that is an Error. Returns the descriptor, for writing more.
  Result<UniqueFd> put(Existing existing) &&;

 private:
  StagedFile(std::string path, std::string temporary, UniqueFd fd)
      : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}
  bool give_name(Existing existing) const;

  std::string path_;
  std::string temporary_;
  UniqueFd fd_;  // closed: it is in place, or moved away
};

}  // namespace masscan
