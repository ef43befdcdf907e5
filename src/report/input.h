// The bytes of a file of results as they were written: gzip and zstd are undone while it is read.
//
// Owns its descriptor. One thread. Memory is bounded whatever the file says: a window of zstd above
// 32 MiB is refused.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace masscan::report {

class Input {
 public:
  virtual ~Input() = default;

  // Opens the file, "-" is standard input, and finds out by its first bytes how it is compressed.
  static Result<std::unique_ptr<Input>> open(const std::string& path);

  // At least one byte and at most what fits; 0 at the end. After an Error there is no more.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  // True if the end came in the middle of compressed data, or they were damaged there.
  virtual bool is_damaged() const { return false; }
};

}  // namespace masscan::report
