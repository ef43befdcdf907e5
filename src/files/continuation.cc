#include "files/continuation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/file.h"
#include "base/unique_fd.h"
#include "files/input.h"
#include "files/read_entries.h"

namespace masscan::files {
namespace {

// Longer than any two lines and a trailer, such as a host with 65,536 ports in nmap's XML.
constexpr std::uint64_t kTailBytes = 16 * 1024 * 1024;
constexpr std::uint64_t kHeadBytes = 256;  // longer than any format's opening
// Maximum of text in a piece: a buffer of ResultFile plus the longest record.
constexpr std::uint64_t kLongestPiece = 2 * 1024 * 1024;

struct Piece {
  std::uint64_t begin = 0;  // offset in the file
  std::string bytes;
};

// Writes "list" or "gzip list".
std::string describe(const format::Format& format, format::Compression compression) {
  if (compression == format::Compression::kNone) return std::string(format.name);
  return fmt::format("{} {}", format::name(compression), format.name);
}

// True if either is a prefix of the other: `text` may be truncated anywhere.
bool is_prefix_of_either(std::string_view text, std::string_view expected) {
  return !expected.empty() && (text.starts_with(expected) || expected.starts_with(text));
}

Result<Piece> read_piece(int fd, const std::string& path, std::uint64_t begin,
                         std::uint64_t length) {
  Piece piece{begin, std::string(length, '\0')};
  const ssize_t count = read_all_at(fd, piece.bytes, begin);
  if (count < 0) return run_error("{}: cannot read: {}", path, last_system_error());
  piece.bytes.resize(static_cast<std::size_t>(count));
  return piece;
}

std::size_t line_begin(std::string_view text, std::size_t inside) {
  const std::size_t before = inside == 0 ? std::string_view::npos : text.rfind('\n', inside - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

// True if a record ends in this line, having begun in it or in one of the lines before.
bool ends_record(std::string_view text, std::size_t inside, const format::Enclosure& enclosure) {
  std::size_t line = line_begin(text, inside);
  for (int lines = 1;; ++lines) {
    if (text.substr(line).starts_with(enclosure.record_begin)) return true;
    if (lines == enclosure.record_lines || line == 0) return false;
    line = line_begin(text, line - 1);
  }
}

// Returns the end of the last complete record of an enclosed document.
std::optional<std::size_t> end_of_records(std::string_view tail,
                                          const format::Enclosure& enclosure) {
  std::size_t limit = std::string_view::npos;
  for (;;) {
    const std::size_t found = tail.rfind(enclosure.record_end, limit);
    if (found == std::string_view::npos) return std::nullopt;
    if (ends_record(tail, found, enclosure)) return found + enclosure.record_end.size();
    if (found == 0) return std::nullopt;
    limit = found - 1;
  }
}

// True for no bytes, or for zeros, which a file system may leave in place of lost data.
bool has_no_data(std::string_view text) { return text.empty() || text.front() == '\0'; }

// True if `rest` follows the last record and may be overwritten: a trailer, or what a crash left of
// it and of the next record. Nothing may follow a complete trailer.
bool may_be_replaced(std::string_view rest, const format::Enclosure& enclosure) {
  const std::size_t end = rest.find(enclosure.trailer_end);
  if (end != std::string_view::npos &&
      !has_no_data(rest.substr(end + enclosure.trailer_end.size()))) {
    return false;
  }
  return has_no_data(rest) || is_prefix_of_either(rest, enclosure.separator) ||
         is_prefix_of_either(rest, enclosure.record_begin) ||
         is_prefix_of_either(rest, enclosure.trailer_begin);
}

std::optional<Continuation> within_enclosure(const Piece& tail,
                                             const format::Enclosure& enclosure) {
  const std::string_view text = tail.bytes;
  Continuation continuation{.has_header = true, .has_records = true};
  std::optional<std::size_t> end = end_of_records(text, enclosure);
  if (!end && tail.begin > 0) return std::nullopt;
  if (!end) {
    continuation.has_records = false;
    const std::size_t header = text.find(enclosure.header_end);
    continuation.has_header = header != std::string_view::npos;
    end = continuation.has_header ? header + enclosure.header_end.size() : 0;
  }
  if (continuation.has_header && !may_be_replaced(text.substr(*end), enclosure)) {
    return std::nullopt;
  }
  continuation.end = tail.begin + *end;
  continuation.excess = text.size() - *end;
  return continuation;
}

// Continues after the last complete line.
std::optional<Continuation> behind_lines(const Piece& tail) {
  const std::size_t newline = tail.bytes.rfind('\n');
  if (newline == std::string::npos && tail.begin > 0) return std::nullopt;
  const std::size_t end = newline == std::string::npos ? 0 : newline + 1;
  return Continuation{.end = tail.begin + end,
                      .excess = tail.bytes.size() - end,
                      .has_records = tail.begin + end > 0};
}

// Continues after the last complete record.
Result<std::optional<Continuation>> behind_records(const std::string& path,
                                                   const format::Format& format,
                                                   std::uint64_t size) {
  Continuation continuation{.end = size};
  TRY(read_entries(path, {.format = &format},
                   [&](const format::FileItem& parsed, std::uint64_t offset) {
                     const auto* damage = std::get_if<format::Malformed>(&parsed);
                     if (damage != nullptr && damage->is_last)
                       continuation.end = std::min(offset, size);
                     return true;
                   }));
  continuation.excess = size - continuation.end;
  continuation.has_records = continuation.end > 0;
  return std::optional(continuation);
}

// The beginning and the end of a file's text, with their offsets.
struct Text {
  Piece head;
  Piece tail;
  std::deque<PieceEnd> ends = {};  // of a compressed file: those within the tail

  std::uint64_t size() const { return tail.begin + tail.bytes.size(); }
};

Result<std::optional<Text>> read_plain(const std::string& path, std::uint64_t size) {
  const UniqueFd fd = files::open(path, O_RDONLY);
  if (!fd.is_open()) return run_error("{}: cannot open: {}", path, last_system_error());
  const std::uint64_t length = std::min(size, kTailBytes);
  Piece head = TRY(read_piece(fd.get(), path, 0, std::min(size, kHeadBytes)));
  Piece tail = TRY(read_piece(fd.get(), path, size - length, length));
  return std::optional(Text{std::move(head), std::move(tail)});
}

// Reads the text up to the end of the last whole piece. Returns nullopt if more follows than we
// would have written.
Result<std::optional<Text>> read_compressed(Input& input) {
  Text text{.ends = {PieceEnd{}}};
  std::vector<char> buffer(kTailBytes / 64);
  while (const std::size_t count = TRY(input.read(buffer))) {
    text.tail.bytes.append(buffer.data(), count);
    if (text.size() == count) text.head.bytes = text.tail.bytes.substr(0, kHeadBytes);
    text.ends.push_back(*input.piece_end());
    if (text.tail.bytes.size() < 2 * kTailBytes) continue;
    text.tail.bytes.erase(0, kTailBytes);
    text.tail.begin += kTailBytes;
    while (text.ends.size() > 1 && text.ends.front().text < text.tail.begin) text.ends.pop_front();
  }
  text.ends.push_back(*input.piece_end());
  const std::uint64_t whole = text.ends.back().text;
  if (text.size() - std::min(whole, text.size()) > kLongestPiece) return std::optional<Text>();
  text.tail.bytes.resize(whole - text.tail.begin);
  return std::optional(std::move(text));
}

// Returns nullopt if the file is compressed and should not be, or the reverse.
Result<std::optional<Text>> read_text(const std::string& path, format::Compression compression,
                                      std::uint64_t size) {
  const std::unique_ptr<Input> input = TRY(Input::open(path));
  const bool is_compressed = input->piece_end().has_value();
  if (is_compressed != (compression != format::Compression::kNone)) return std::optional<Text>();
  return is_compressed ? read_compressed(*input) : read_plain(path, size);
}

Result<std::optional<Continuation>> find_in(const Text& text, const std::string& path,
                                            const format::Format& format) {
  if (format.enclosure != nullptr) return within_enclosure(text.tail, *format.enclosure);
  if (format.item_length == nullptr || format.item_length == format::line_length)
    return behind_lines(text.tail);
  return behind_records(path, format, text.size());
}

// Converts a text offset to a file offset, which must be the end of a piece.
std::optional<Continuation> in_file(Continuation continuation, const std::deque<PieceEnd>& ends,
                                    std::uint64_t size) {
  const auto end = std::find_if(ends.rbegin(), ends.rend(), [&](const PieceEnd& piece) {
    return piece.text == continuation.end;
  });
  if (end == ends.rend()) return std::nullopt;
  continuation.end = end->file;
  continuation.excess = size - end->file;
  return continuation;
}

}  // namespace

Result<Continuation> find_continuation(const std::string& path, const format::Format& format,
                                       format::Compression compression) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
    return Continuation{};
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::optional<Text> text = TRY(read_text(path, compression, size));
  std::optional<Continuation> continuation;
  if (text) continuation = TRY(find_in(*text, path, format));
  if (continuation && compression != format::Compression::kNone) {
    continuation = in_file(*continuation, text->ends, size);
  }
  // Lines may be appended to anything, but nothing is removed from a foreign file.
  const bool changes_file =
      format.enclosure != nullptr || !continuation || continuation->excess > 0;
  if (!continuation || (changes_file && !is_prefix_of_either(text->head.bytes, format.opening))) {
    return usage_error(
        "{}: cannot append: this is not a whole {} file of masscan's; choose another file, or "
        "leave out --append-output to replace it",
        path, describe(format, compression));
  }
  continuation->head = text->head.bytes;
  return *continuation;
}

}  // namespace masscan::files
