// Reads a result file and decompresses gzip and zstd.
//
// Owner: of its descriptor. Thread: one. Memory is bounded for any input: a zstd window above 32
// MiB is an Error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"

namespace masscan::files {

// The end of a complete gzip member or zstd frame.
struct PieceEnd {
  std::uint64_t file = 0;  // offset in the file
  std::uint64_t text = 0;  // bytes of text up to here
};

class Input {
 public:
  virtual ~Input() = default;

  // Opens the file ("-" is standard input) and detects its compression from the first bytes. Waits
  // for the writer of a pipe until `interruption` (a descriptor or -1) polls readable; `read` then
  // returns an Error.
  static Result<std::unique_ptr<Input>> open(const std::string& path, int interruption = -1);

  // Returns at least one byte, or 0 at the end. REQUIRES: not called after an Error.
  virtual Result<std::size_t> read(std::span<char> into) = 0;

  // True if the compressed data are truncated or damaged.
  virtual bool is_damaged() const { return false; }

  // Returns the last one that `read` has passed, or nullopt if the file is not compressed.
  virtual std::optional<PieceEnd> piece_end() const { return std::nullopt; }
};

}  // namespace masscan::files
