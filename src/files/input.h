// The bytes of a file of results as they were written: gzip and zstd are undone while it is read.
//
// Owns its descriptor. One thread. Memory is bounded whatever the file says: a window of zstd above
// 32 MiB is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace masscan::files {

// Where a whole member of gzip or frame of zstd ends.
struct PieceEnd {
  std::uint64_t file = 0;  // offset in the file
  std::uint64_t text = 0;  // bytes it and those before it hold
};

class Input {
 public:
  virtual ~Input() = default;

  // Opens the file, "-" is standard input, and finds out by its first bytes how it is compressed.
  // Whoever writes into a pipe is waited for until `interruption`, a descriptor or -1, polls
  // readable; then reading is an Error.
  static Result<std::unique_ptr<Input>> open(const std::string& path, int interruption = -1);

  // At least one byte and at most what fits; 0 at the end. After an Error there is no more.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  // True if the end came in the middle of compressed data, or they were damaged there.
  virtual bool is_damaged() const { return false; }

  // The last one that `read` has come to; nothing where the file is not compressed.
  virtual std::optional<PieceEnd> piece_end() const { return std::nullopt; }
};

}  // namespace masscan::files
