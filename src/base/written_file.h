// A file that is going to be written, or standard output: it is opened early, so that a wrong name
// costs nothing, and changed late, so that what fails before leaves the last results as they are.
//
// One writer at a time: a regular file is locked while it is open, and the second who opens it,
// here or in another program, gets an Error. The lock goes with the process, whatever ends it.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan {

class WrittenFile {
 public:
  // Opens what is there, and leaves what is in it, or makes the file; "-" is standard output.
  // `flags` besides O_WRONLY. The Error is the reason alone. A FIFO that nobody reads is waited for
  // until `interruption`, see `write_all`.
  static Result<WrittenFile> open(std::string path, int flags = 0, int interruption = -1);
  WrittenFile(WrittenFile&& other) noexcept
      : path_(std::move(other.path_)),
        fd_(std::move(other.fd_)),
        is_regular_(other.is_regular_),
        is_new_(std::exchange(other.is_new_, false)) {}
  WrittenFile& operator=(WrittenFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(fd_, other.fd_);
    std::swap(is_regular_, other.is_regular_);
    std::swap(is_new_, other.is_new_);
    return *this;
  }
  // A file that was made and has not begun goes again.
  ~WrittenFile();

  // It will be written: from now on it stays. False, with errno, if it could not be emptied, as
  // is done with regular files that are not standard output.
  bool begin_empty();
  void begin() { is_new_ = false; }

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  bool is_open() const { return fd_.is_open(); }
  bool is_regular() const { return is_regular_; }
  bool is_standard_output() const;

  // Another descriptor of the file, which does not keep the lock once this one is closed.
  UniqueFd duplicate() const;
  // False, with errno, if something of it may not have been written.
  bool close();
  void abandon() { fd_.reset(); }

 private:
  WrittenFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  UniqueFd fd_;
  bool is_regular_ = false;
  bool is_new_ = false;
};

}  // namespace masscan
