// A file that was made a moment ago: it goes again unless it is kept. So what fails before it has
// anything to write leaves nothing behind.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "base/unique_fd.h"

namespace masscan {

class NewFile {
 public:
  NewFile() = default;  // none
  explicit NewFile(std::string path) : path_(std::move(path)) {}
  NewFile(NewFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  NewFile& operator=(NewFile&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~NewFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void keep() { path_.clear(); }

 private:
  std::string path_;
};

// Opens for writing what is there, and leaves what is in it; otherwise makes the file, and says so
// in `made`.
inline UniqueFd open_or_make(const std::string& path, int flags, NewFile& made) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | flags, 0666));
  if (fd.is_open()) {
    made = NewFile(path);
    return fd;
  }
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666));
}

}  // namespace masscan
