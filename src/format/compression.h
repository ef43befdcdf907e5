// Results in gzip (RFC 1952) or zstd (RFC 8878): pieces that follow each other in a file, each a
// whole member or frame. So what ends a scan, even SIGKILL, leaves a file that every decompressor
// reads to its end, a further piece may be appended at any time, and damage costs one piece.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masscan::format {

enum class Compression : std::uint8_t { kNone, kGzip, kZstd };

// "none", "gzip" and "zstd".
std::string_view name(Compression compression);
std::optional<Compression> parse_compression(std::string_view name);

// What the end of a file's name says: ".gz" or ".zst".
Compression compression_of(std::string_view path);
// A file's name without that end.
std::string_view without_compression(std::string_view path);

// A piece that holds `text`; the text itself where nothing is compressed.
std::string compress(Compression compression, std::string_view text);

}  // namespace masscan::format
