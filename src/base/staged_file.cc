#include "base/staged_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"

namespace masscan {

Result<StagedFile> StagedFile::open(std::string path, mode_t mode) {
  std::string temporary = fmt::format("{}.{:016x}.new", path, random_uint64());
  UniqueFd fd(::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd.is_open()) return run_error("{}", last_system_error());
  StagedFile file(std::move(path), std::move(temporary), std::move(fd));
  if (::fchmod(file.fd(), mode) != 0) return run_error("{}", last_system_error());
  return file;
}

StagedFile::~StagedFile() {
  if (fd_.is_open()) ::unlink(temporary_.c_str());
}

Result<UniqueFd> StagedFile::put(Existing existing) && {
  const unsigned flags = existing == Existing::kKept ? RENAME_NOREPLACE : 0;
  const bool is_there = ::fsync(fd_.get()) == 0 && ::renameat2(AT_FDCWD, temporary_.c_str(),
                                                               AT_FDCWD, path_.c_str(), flags) == 0;
  if (!is_there) return run_error("{}", last_system_error());
  UniqueFd fd = std::move(fd_);
  if (!sync_directory_of(path_)) return run_error("{}", last_system_error());
  return fd;
}

bool sync_directory_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const UniqueFd fd(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return errno == EACCES;  // a directory that may be written and not be read
  return ::fsync(fd.get()) == 0 || errno == EINVAL || errno == EROFS;
}

}  // namespace masscan
