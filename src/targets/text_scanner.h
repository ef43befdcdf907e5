// Reads single characters from a text in memory or a file of any length, with their position. Used
// by the target parser only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/unique_fd.h"

namespace masscan::targets {

class TextScanner {
 public:
  static constexpr int kEnd = -1;

  // REQUIRES: the text outlives the scanner.
  explicit TextScanner(std::string_view text)
      : next_(text.data()), end_(text.data() + text.size()), start_(next_) {}
  explicit TextScanner(UniqueFd file) : file_(std::move(file)), buffer_(kBufferBytes) {}

  TextScanner(const TextScanner&) = delete;
  TextScanner& operator=(const TextScanner&) = delete;

  // Returns the next character, 0 to 255, or kEnd.
  int peek() {
    if (next_ == end_ && !refill()) return kEnd;
    return static_cast<unsigned char>(*next_);
  }
  // REQUIRES: peek() returned a character.
  void skip() {
    if (*next_++ == '\n') {
      ++line_;
      line_start_ = offset();
    }
  }
  // Skips the next character if it equals `character`.
  bool take(int character) {
    if (peek() != character) return false;
    skip();
    return true;
  }

  // Both count from 1; columns are bytes.
  std::size_t line() const { return line_; }
  std::size_t column() const { return offset() - line_start_ + 1; }
  // Counts the columns of this line from here, as after a byte order mark.
  void start_line_here() { line_start_ = offset(); }

  // Returns the error that stopped reading, or an empty string.
  const std::string& read_error() const { return read_error_; }

 private:
  static constexpr std::size_t kBufferBytes = 65536;

  bool refill();
  std::size_t offset() const { return passed_ + static_cast<std::size_t>(next_ - start_); }

  UniqueFd file_;
  std::vector<char> buffer_;
  const char* next_ = nullptr;
  const char* end_ = nullptr;
  const char* start_ = nullptr;  // of the part in memory
  std::size_t passed_ = 0;       // bytes before that
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
  std::string read_error_;
};

}  // namespace masscan::targets
