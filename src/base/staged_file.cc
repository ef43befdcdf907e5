#include "base/staged_file.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/file.h"
#include "base/random.h"

namespace masscan {

Result<StagedFile> StagedFile::open(std::string path, mode_t mode) {
  std::string temporary = fmt::format("{}.{:016x}.new", path, random_uint64());
  UniqueFd fd = files::open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!fd.is_open()) return run_error("{}", last_system_error());
  StagedFile file(std::move(path), std::move(temporary), std::move(fd));
  if (!files::change_mode(file.fd(), mode)) return run_error("{}", last_system_error());
  return file;
}

StagedFile::~StagedFile() {
  if (fd_.is_open()) files::unlink(temporary_);
}

Result<UniqueFd> StagedFile::put(Existing existing) && {
  const bool is_there = files::sync(fd_.get()) && give_name(existing);
  if (!is_there) return run_error("{}", last_system_error());
  UniqueFd fd = std::move(fd_);
  if (!sync_directory_of(path_)) return run_error("{}", last_system_error());
  return fd;
}

bool StagedFile::give_name(Existing existing) const {
  return existing == Existing::kKept ? move_to_free_name(temporary_, path_)
                                     : files::rename(temporary_, path_);
}

}  // namespace masscan
