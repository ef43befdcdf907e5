#include "files/input.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/unique_fd.h"

namespace masscan::files {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr int kMaxWindowLog = 25;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // of inflateInit2
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

// The plain file. Its first bytes can be inspected before they are read.
class PlainInput final : public Input {
 public:
  PlainInput(UniqueFd fd, std::string path, int interruption)
      : fd_(std::move(fd)), path_(std::move(path)), interruption_(interruption) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (seen_.empty()) return read_file(into);
    const std::size_t count = std::min(into.size(), seen_.size());
    std::copy_n(seen_.begin(), count, into.begin());
    seen_.erase(0, count);
    return count;
  }

  // Returns up to `count` bytes without consuming them; fewer only at the end of the file.
  Result<std::string_view> look(std::size_t count) {
    while (seen_.size() < count) {
      std::array<char, 16> piece;
      const std::size_t size =
          TRY(read_file(std::span(piece).first(std::min(piece.size(), count - seen_.size()))));
      if (size == 0) break;
      seen_.append(piece.data(), size);
    }
    return std::string_view(seen_);
  }

 private:
  Result<std::size_t> read_file(std::span<char> into) {
    for (;;) {
      TRY(wait());
      const ssize_t count = files::read(fd_.get(), into);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR && errno != EAGAIN) return failure();
    }
  }

  // Waits for data in a pipe; a regular file is always ready.
  Result<void> wait() const {
    std::array<pollfd, 2> descriptors = {{{fd_.get(), POLLIN, 0}, {interruption_, POLLIN, 0}}};
    while (interruption_ >= 0 && ::poll(descriptors.data(), descriptors.size(), -1) < 0) {
      if (errno != EINTR) return failure();
    }
    if (descriptors[1].revents == 0) return {};
    return run_error("{}: interrupted before its end", path_);
  }

  Error failure() const { return run_error("{}: cannot read: {}", path_, last_system_error()); }

  UniqueFd fd_;
  std::string path_;
  int interruption_;
  std::string seen_;
};

// The common part of compressed inputs: pieces of the file, and detection of its end.
class CompressedInput : public Input {
 public:
  explicit CompressedInput(std::unique_ptr<PlainInput> file) : file_(std::move(file)) {}

  Result<std::size_t> read(std::span<char> into) final {
    while (!is_damaged_) {
      if (rest_.empty() && !has_more_) {
        rest_ = std::span(piece_).first(TRY(file_->read(piece_)));
        taken_ += rest_.size();
        if (rest_.empty()) {
          is_damaged_ = is_inside_;
          return 0;
        }
      }
      const bool was_inside = is_inside_;
      const std::size_t before = rest_.size();
      const std::size_t count = decompress(into);
      has_more_ = count == into.size();
      given_ += count;
      if (!is_inside_ && rest_.size() < before) end_ = {taken_ - rest_.size(), given_};
      if (count > 0) return count;
      if (rest_.size() < before) continue;
      is_damaged_ = is_damaged_ || before > 0;
      is_inside_ = was_inside;
    }
    return 0;
  }

  bool is_damaged() const final { return is_damaged_; }
  std::optional<PieceEnd> piece_end() const final { return end_; }

 protected:
  // Decompresses from `rest_`, returns the number of bytes written and sets the two flags.
  virtual std::size_t decompress(std::span<char> into) = 0;

  std::span<char> rest_;   // part of `piece_`
  bool is_inside_ = true;  // the current piece is incomplete
  bool is_damaged_ = false;

 private:
  bool has_more_ = false;    // more output is pending
  std::uint64_t taken_ = 0;  // bytes consumed from the file
  std::uint64_t given_ = 0;
  PieceEnd end_;
  std::unique_ptr<PlainInput> file_;
  std::array<char, kPieceBytes> piece_;
};

// RFC 1952; consecutive members are one file.
class GzipInput final : public CompressedInput {
 public:
  explicit GzipInput(std::unique_ptr<PlainInput> file) : CompressedInput(std::move(file)) {
    is_damaged_ = ::inflateInit2(&stream_, kGzipOnly) != Z_OK;
  }
  ~GzipInput() override { ::inflateEnd(&stream_); }
  GzipInput(const GzipInput&) = delete;
  GzipInput& operator=(const GzipInput&) = delete;

 private:
  std::size_t decompress(std::span<char> into) override {
    stream_.next_in = reinterpret_cast<Bytef*>(rest_.data());
    stream_.avail_in = static_cast<uInt>(rest_.size());
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = static_cast<uInt>(into.size());
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    rest_ = rest_.last(stream_.avail_in);
    is_inside_ = result != Z_STREAM_END;
    if (!is_inside_) ::inflateReset(&stream_);
    is_damaged_ = result != Z_STREAM_END && result != Z_OK && result != Z_BUF_ERROR;
    return into.size() - stream_.avail_out;
  }

  z_stream stream_{};
};

// RFC 8878; consecutive frames are one file.
class ZstdInput final : public CompressedInput {
 public:
  explicit ZstdInput(std::unique_ptr<PlainInput> file)
      : CompressedInput(std::move(file)), context_(::ZSTD_createDCtx()) {
    is_damaged_ = context_ == nullptr || ::ZSTD_isError(::ZSTD_DCtx_setParameter(
                                             context_, ZSTD_d_windowLogMax, kMaxWindowLog)) != 0;
  }
  ~ZstdInput() override { ::ZSTD_freeDCtx(context_); }
  ZstdInput(const ZstdInput&) = delete;
  ZstdInput& operator=(const ZstdInput&) = delete;

 private:
  std::size_t decompress(std::span<char> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    ZSTD_inBuffer in{rest_.data(), rest_.size(), 0};
    const std::size_t result = ::ZSTD_decompressStream(context_, &out, &in);
    rest_ = rest_.subspan(in.pos);
    is_damaged_ = ::ZSTD_isError(result) != 0;
    is_inside_ = result != 0;
    return out.pos;
  }

  ZSTD_DCtx* context_;
};

// Opens a FIFO without blocking if `wait` waits for it.
UniqueFd open_for_reading(const std::string& path, int interruption) {
  if (path == "-") return files::duplicate(STDIN_FILENO);
  return files::open(path, O_RDONLY | (interruption >= 0 ? O_NONBLOCK : 0));
}

}  // namespace

Result<std::unique_ptr<Input>> Input::open(const std::string& path, int interruption) {
  UniqueFd fd = open_for_reading(path, interruption);
  if (!fd.is_open()) return run_error("{}: cannot open: {}", path, last_system_error());
  auto file = std::make_unique<PlainInput>(std::move(fd), path, interruption);
  const std::string_view start = TRY(file->look(kZstdMagic.size()));
  std::unique_ptr<Input> input;
  if (start.starts_with(kGzipMagic)) {
    input = std::make_unique<GzipInput>(std::move(file));
  } else if (start.starts_with(kZstdMagic)) {
    input = std::make_unique<ZstdInput>(std::move(file));
  } else {
    input = std::move(file);
  }
  return input;
}

}  // namespace masscan::files
