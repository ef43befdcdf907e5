#include "output/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "format/binary.h"
#include "format/formats.h"
#include "output/spool_reader.h"

namespace masscan::output {
namespace {

constexpr std::size_t kHeaderBytes = 99;
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::uint64_t kMostOffset = (std::uint64_t{1} << 56) - 1;  // 14 hexadecimal digits

// Removes `text` from the front of `rest`. Returns false, without a change, if it is not there.
bool skip(std::string_view& rest, std::string_view text) {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

// Removes and returns the text up to `end`; also removes `end`.
std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t length = std::min(rest.find(end), rest.size());
  const std::string_view text = rest.substr(0, length);
  rest.remove_prefix(std::min(length + 1, rest.size()));
  return text;
}

// Locks the spool: continuing it truncates what another program might be writing.
Result<void> lock(int fd, const std::string& path) {
  if (files::lock(fd)) return {};
  return run_error("{}: a scan is writing to this spool; wait for its end", path);
}

Error cannot(std::string_view what, const std::string& path) {
  return run_error("cannot {} the spool {}: {}", what, path, last_system_error());
}

}  // namespace

std::string to_bytes(const SpoolHeader& header) {
  std::string text = fmt::format("masscan/1.1\ns:{}\nspool:{:016x}\nsent:{:014x} {:014x}\nto:{}\n",
                                 record::unix_seconds(header.began), header.spool,
                                 header.delivered.offset, header.delivered.number, header.server);
  text.resize(kHeaderBytes);
  return text;
}

std::optional<SpoolHeader> parse_spool_header(std::string_view bytes) {
  bytes = bytes.substr(0, kHeaderBytes);
  std::string_view rest = bytes;
  if (!skip(rest, "masscan/1.1\ns:")) return std::nullopt;
  const auto began = parse_number<std::uint32_t>(take_until(rest, '\n'));
  const bool has_number = skip(rest, "spool:");
  const auto spool = parse_number<std::uint64_t>(take_until(rest, '\n'), 16);
  const bool has_place = skip(rest, "sent:");
  const auto offset = parse_number<std::uint64_t>(take_until(rest, ' '), 16);
  const auto number = parse_number<std::uint64_t>(take_until(rest, '\n'), 16);
  const bool has_server = skip(rest, "to:");
  if (!began || !has_number || !spool || !has_place || !offset || !number || !has_server) {
    return std::nullopt;
  }
  SpoolHeader header{.spool = *spool,
                     .began = WallTime(std::chrono::seconds(*began)),
                     .server = std::string(take_until(rest, '\n')),
                     .delivered = {*offset, *number}};
  const bool is_exact = *offset <= kMostOffset && *number <= kMostOffset && *spool >> 63 == 0 &&
                        to_bytes(header) == bytes;
  return is_exact ? std::optional(std::move(header)) : std::nullopt;
}

Result<std::unique_ptr<Spool>> Spool::open(std::string path, std::string_view server, bool append,
                                           WallTime began) {
  UniqueFd fd = files::open(path, O_RDWR | O_CREAT | O_EXCL, 0666);
  if (!fd.is_open() && errno == EEXIST && append) return open_existing(std::move(path), server);
  if (!fd.is_open() && errno == EEXIST) {
    return run_error(
        "--spool: {0} is there already: send what it holds with masscan --deliver {0}, or remove "
        "it",
        path);
  }
  if (!fd.is_open()) return cannot("make", path);
  TRY(lock(fd.get(), path));
  SpoolHeader header{.spool = random_uint64() >> 1, .began = began, .server = std::string(server)};
  header.delivered.offset = kHeaderBytes;
  if (write_all_at(fd.get(), to_bytes(header), 0) != kHeaderBytes) {
    Error error = cannot("write", path);
    files::unlink(path);  // otherwise the next scan could not create it
    return error;
  }
  const Place end = header.delivered;
  return std::unique_ptr<Spool>(new Spool(std::move(fd), std::move(path), std::move(header), end));
}

Result<std::unique_ptr<Spool>> Spool::open_existing(std::string path, std::string_view server) {
  UniqueFd fd = files::open(path, O_RDWR);
  if (!fd.is_open()) return cannot("open", path);
  TRY(lock(fd.get(), path));
  std::array<char, kHeaderBytes> bytes{};
  const ssize_t count = read_all_at(fd.get(), bytes, 0);
  auto header = parse_spool_header({bytes.data(), count < 0 ? 0 : static_cast<std::size_t>(count)});
  if (!header) {
    return run_error(
        "{}: this is no spool of results; other files are sent with --readscan instead", path);
  }
  const Place begin{.offset = kHeaderBytes};
  const bool is_another = header->server != server;
  if (is_another) header->delivered = begin;
  header->server = server;
  const Place end = TRY(find_end(fd.get(), path, begin, header->delivered));
  if (!files::truncate(fd.get(), end.offset)) return cannot("continue", path);
  return std::unique_ptr<Spool>(new Spool(std::move(fd), std::move(path), std::move(*header), end));
}

Spool::Spool(UniqueFd fd, std::string path, SpoolHeader header, Place end)
    : fd_(std::move(fd)),
      path_(std::move(path)),
      header_(std::move(header)),
      end_(end.offset),
      count_(end.number) {}

Result<void> Spool::write(const record::Record& record) {
  format::append_exact_binary_record(buffer_, record);
  return end_entry();
}

Result<void> Spool::write(const record::Banner& banner) {
  format::append_exact_binary_banner(buffer_, banner);
  return end_entry();
}

Result<void> Spool::end_entry() {
  if (has_failed_) {
    buffer_.clear();
    return {};
  }
  ++buffered_;
  count_.fetch_add(1, std::memory_order_relaxed);
  return buffer_.size() < kBufferBytes ? Result<void>() : flush();
}

Result<void> Spool::flush() {
  if (buffer_.empty()) return {};
  if (write_all_at(fd_.get(), buffer_, end()) != buffer_.size()) return fail();
  end_.fetch_add(buffer_.size(), std::memory_order_release);
  buffer_.clear();
  buffered_ = 0;
  return {};
}

// Truncates the file to what was flushed before.
Error Spool::fail() {
  Error error = cannot("write to", path_);
  has_failed_ = true;
  buffer_.clear();
  count_.fetch_sub(std::exchange(buffered_, 0), std::memory_order_relaxed);
  // The Error is already being returned; a failure here changes nothing.
  files::truncate(fd_.get(), end());
  return error;
}

}  // namespace masscan::output
