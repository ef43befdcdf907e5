#include "format/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/check.h"

namespace masscan::format {
namespace {

struct Row {
  Compression compression;
  std::string_view name;
  std::string_view ending;
};
constexpr std::array<Row, 3> kRows = {{{Compression::kNone, "none", ""},
                                       {Compression::kGzip, "gzip", ".gz"},
                                       {Compression::kZstd, "zstd", ".zst"}}};

constexpr int kGzipOnly = 16 + MAX_WBITS;  // of deflateInit2
constexpr int kUsualMemory = 8;

// Returns the row for a file name; the first row is for uncompressed files.
const Row& row_of(std::string_view path) {
  const auto found = std::find_if(kRows.begin() + 1, kRows.end(),
                                  [path](const Row& row) { return path.ends_with(row.ending); });
  return found == kRows.end() ? kRows.front() : *found;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  const int opened = ::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipOnly,
                                    kUsualMemory, Z_DEFAULT_STRATEGY);
  CHECK(opened == Z_OK);
  std::string piece(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(piece.data());
  stream.avail_out = static_cast<uInt>(piece.size());
  const int ended = ::deflate(&stream, Z_FINISH);
  CHECK(ended == Z_STREAM_END);
  piece.resize(stream.total_out);
  ::deflateEnd(&stream);
  return piece;
}

// Adds a checksum, as gzip does.
std::string zstd(std::string_view text) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&::ZSTD_freeCCtx)> context(::ZSTD_createCCtx(),
                                                                       &::ZSTD_freeCCtx);
  CHECK(context != nullptr);
  ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string piece(::ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ::ZSTD_compress2(context.get(), piece.data(), piece.size(), text.data(), text.size());
  CHECK(!::ZSTD_isError(size));
  piece.resize(size);
  return piece;
}

}  // namespace

std::string_view name(Compression compression) {
  return kRows[static_cast<std::size_t>(compression)].name;
}

std::optional<Compression> parse_compression(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.compression;
  }
  return std::nullopt;
}

Compression compression_of(std::string_view path) { return row_of(path).compression; }

std::string_view without_compression(std::string_view path) {
  path.remove_suffix(row_of(path).ending.size());
  return path;
}

std::string compress(Compression compression, std::string_view text) {
  switch (compression) {
    case Compression::kNone:
      return std::string(text);
    case Compression::kGzip:
      return gzip(text);
    case Compression::kZstd:
      return zstd(text);
  }
  return {};
}

}  // namespace masscan::format
