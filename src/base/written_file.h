// An output file or standard output. It is opened early, so that a wrong name is reported before
// the scan, and modified late, so that earlier results survive a failure before that.
//
// A regular file is locked while it is open: a second open, here or in another program, returns an
// Error. The lock ends with the process.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan {

class WrittenFile {
 public:
  // Opens an existing file without changing it, or creates it; "-" is standard output. `flags` are
  // added to O_WRONLY. The Error holds the reason only. Waits for the reader of a FIFO until
  // `interruption`, see `write_all`.
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
  // Removes a file that was created but not begun.
  ~WrittenFile();

  // Marks the file as used: it is kept from now on. Empties regular files other than standard
  // output; returns false, with errno, if that fails.
  bool begin_empty();
  void begin() { is_new_ = false; }

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  bool is_open() const { return fd_.is_open(); }
  bool is_regular() const { return is_regular_; }
  bool is_standard_output() const;

  // Returns another descriptor of the file. It does not keep the lock after `close`.
  UniqueFd duplicate() const;
  // Returns false, with errno, if some data may not have been written.
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
