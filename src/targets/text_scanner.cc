#include "targets/text_scanner.h"

#include <cerrno>

#include "base/file.h"

namespace masscan::targets {

bool TextScanner::refill() {
  if (!file_.is_open()) return false;
  ssize_t count = 0;
  do count = files::read(file_.get(), buffer_);
  while (count < 0 && errno == EINTR);
  if (count < 0) read_error_ = last_system_error();
  if (count <= 0) {
    file_.reset();
    return false;
  }
  passed_ = offset();
  start_ = next_ = buffer_.data();
  end_ = start_ + count;
  return true;
}

}  // namespace masscan::targets
