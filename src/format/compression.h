// Results in gzip (RFC 1952) or zstd (RFC 8878). A file is a sequence of pieces, each a complete
// gzip member or zstd frame. Decompressors can therefore read a file completely after any end of a
// scan, even SIGKILL; pieces can be appended later; and damage costs one piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masscan::format {

enum class Compression : std::uint8_t { kNone, kGzip, kZstd };

// Returns "none", "gzip" or "zstd".
std::string_view name(Compression compression);
std::optional<Compression> parse_compression(std::string_view name);

// Returns the compression of a file name's suffix, ".gz" or ".zst".
Compression compression_of(std::string_view path);
// Removes that suffix.
std::string_view without_compression(std::string_view path);

// Returns `text` as one piece; `text` itself without compression.
std::string compress(Compression compression, std::string_view text);

}  // namespace masscan::format
