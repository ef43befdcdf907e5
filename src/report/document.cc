#include "report/document.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/file.h"

namespace masscan::report {
namespace {

// Large enough that a write costs nothing per record, small enough to be no burden.
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::string_view kStandardOutput = "-";

int open_for_writing(const std::string& path, bool append) {
  if (path == kStandardOutput) return ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  const int start = append ? O_APPEND : O_TRUNC;
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | start, 0666);
}

std::string display_name(const std::string& path) {
  return path == kStandardOutput ? "standard output" : path;
}

// Standard output may be a pipe or terminal that whoever started us made non-blocking.
bool wait_until_writable(int fd) {
  pollfd request{fd, POLLOUT, 0};
  return ::poll(&request, 1, -1) > 0 || errno == EINTR;
}

// How many bytes were written: all of them, or those before an error, which is then in errno.
std::size_t write_all(int fd, std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN && wait_until_writable(fd)) continue;
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  return written;
}

}  // namespace

Result<Document> Document::open(std::string path, const Format& format, bool append) {
  UniqueFd fd(open_for_writing(path, append));
  if (!fd.is_open()) {
    return run_error("cannot open {} for the results: {}", display_name(path), last_system_error());
  }
  return Document(std::move(fd), std::move(path), format);
}

Document::Document(UniqueFd fd, std::string path, const Format& format)
    : fd_(std::move(fd)), path_(std::move(path)), format_(&format) {
  buffer_.reserve(kBufferBytes + 4096);
}

Result<void> Document::write(const Record& record) {
  if (!fd_.is_open()) return {};
  if (!has_header_ && format_->header != nullptr) format_->header(buffer_);
  has_header_ = true;
  format_->record(buffer_, record);
  record_ends_.push_back(buffer_.size());
  return buffer_.size() < kBufferBytes ? Result<void>() : write_out();
}

Result<void> Document::flush() { return fd_.is_open() ? write_out() : Result<void>(); }

Result<void> Document::close() {
  if (!fd_.is_open()) return {};
  if (has_header_ && format_->trailer != nullptr) format_->trailer(buffer_);
  TRY(write_out());
  // Some file systems (NFS) report a full disk only here.
  if (::close(fd_.release()) != 0) return fail(0);
  return {};
}

Result<void> Document::write_out() {
  const std::size_t written = write_all(fd_.get(), buffer_);
  if (written < buffer_.size()) return fail(written);
  buffer_.clear();
  record_ends_.clear();
  return {};
}

Error Document::fail(std::size_t written) {
  Error error =
      run_error("cannot write results to {}: {}", display_name(path_), last_system_error());
  cut_partial_record(written);
  fd_.reset();
  return error;
}

// Takes back the bytes of a record of which only the beginning was written. Nothing is taken back
// from a pipe, a terminal or a file that somebody else opened for us.
void Document::cut_partial_record(std::size_t written) {
  const auto next = std::upper_bound(record_ends_.begin(), record_ends_.end(), written);
  const std::size_t keep = next == record_ends_.begin() ? 0 : *std::prev(next);
  const off_t end = path_ == kStandardOutput ? -1 : ::lseek(fd_.get(), 0, SEEK_CUR);
  if (end < 0) return;
  // The file is already broken and the Error on its way: a refusal changes neither.
  [[maybe_unused]] const int result =
      ::ftruncate(fd_.get(), end - static_cast<off_t>(written - keep));
}

}  // namespace masscan::report
