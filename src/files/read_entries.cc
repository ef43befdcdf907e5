#include "files/read_entries.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "files/input.h"
#include "record/banner.h"

namespace masscan::files {
namespace {

constexpr std::size_t kPieceBytes = 128 * 1024;
// The longest item: a binary record of the longest banner, with its type and length.
constexpr std::size_t kMaxItemBytes = (std::size_t{1} << 20) + 64;
constexpr std::size_t kHeadBytes = 4096;
constexpr int kHeadLines = 3;

constexpr format::Malformed kCutOff = {"the file ends in the middle of a record", true};
constexpr format::Malformed kTooLongLine = {"the line is longer than any record"};
constexpr format::Malformed kTooLong = {"what follows is longer than any record and cannot be read",
                                        true};
constexpr format::Malformed kNotCompressed = {"the compressed data are damaged or cut off", true};

bool holds_entry(const format::FileItem& parsed) {
  return std::holds_alternative<record::Record>(parsed) ||
         std::holds_alternative<record::Banner>(parsed);
}

std::string_view without_line_end(std::string_view line) {
  line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool begins_with_entry(const format::Format& format, std::string_view head) {
  std::string bytes;
  for (int line = 0; line < kHeadLines; ++line) {
    const std::size_t length = format::line_length(head);
    if (length == 0) return false;
    if (holds_entry(format.parse(without_line_end(head.substr(0, length)), bytes))) return true;
    head.remove_prefix(length);
  }
  return false;
}

// The buffer starts at the current position and holds at least one whole item, if possible.
class Reader {
 public:
  Reader(Input& input, const ReadOptions& options, const Visit& visit)
      : input_(input),
        options_(options),
        visit_(visit),
        buffer_(kMaxItemBytes + kPieceBytes),
        dialects_(format::dialects_of("")),
        dialect_(options.dialect) {}

  Result<void> read(const std::string& path) {
    while (rest().size() < kHeadBytes && TRY(fill())) continue;
    if (rest().empty()) return finish();
    const format::Format* format = options_.format != nullptr ? options_.format : recognise(rest());
    if (format == nullptr) {
      return run_error("{}: this is no file of results that we know; name one that masscan wrote",
                       path);
    }
    format_ = format;
    has_lines_ = format->item_length == format::line_length;
    has_runs_ = format->parse_run != nullptr && options_.visit_run;
    do {
      if (!take_frames()) return {};
    } while (TRY(fill()));
    return finish();
  }

 private:
  std::string_view rest() const { return {buffer_.data() + begin_, end_ - begin_}; }

  void take(std::size_t length) {
    begin_ += length;
    offset_ += length;
  }

  // Returns false at the end of the file, or if the item there is too long.
  Result<bool> fill() {
    if (begin_ > 0)
      std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    const std::size_t count = TRY(input_.read(std::span(buffer_).subspan(end_).first(kPieceBytes)));
    end_ += count;
    document_ = 0;
    has_looked_ = false;
    return count > 0;
  }

  // Processes all whole items. Returns false if nothing more is to be read.
  bool take_frames() {
    if (is_skipping_ && !skip_line()) return true;
    for (;;) {
      if (has_runs_ && !take_runs()) return false;
      const std::size_t length = format_->item_length(rest());
      if (length == format::kEndless) {
        visit_(kTooLong, offset_);
        return false;
      }
      if (length == 0) return keep_incomplete();
      if (!take_frame(rest().substr(0, length))) return false;
      take(length);
    }
  }

  bool take_runs() {
    while (const std::size_t length = format_->parse_run(rest(), run_)) {
      if (!options_.visit_run(run_)) return false;
      take(length);
    }
    return true;
  }

  bool take_frame(std::string_view frame) {
    format::FileItem parsed = format_->parse(has_lines_ ? without_line_end(frame) : frame, bytes_);
    if (!has_lines_ && !understand(parsed, frame)) return false;
    return std::holds_alternative<format::NotAResult>(parsed) || visit_(parsed, offset_);
  }

  // For binary files: a header may begin the output of another version. Returns false to stop.
  bool understand(format::FileItem& parsed, std::string_view frame) {
    if (std::holds_alternative<format::NotAResult>(parsed) ||
        std::holds_alternative<format::ScanStart>(parsed)) {
      document_ = begin_ + frame.size();
      dialects_ = format::dialects_of(frame);
      dialect_ = options_.dialect;
      has_looked_ = false;
    }
    auto* banner = std::get_if<record::Banner>(&parsed);
    if (banner == nullptr) return true;
    const auto number = static_cast<std::uint16_t>(banner->application);
    if (!dialect_ && format::is_ambiguous(number, dialects_) && !find_out_dialect()) return false;
    banner->application = format::application(number, dialect_.value_or(dialects_.front()));
    return true;
  }

  // Detects the dialect from the buffer, once per document.
  bool find_out_dialect() {
    if (has_looked_) return true;
    has_looked_ = true;
    dialect_ = format::find_dialect({buffer_.data() + document_, end_ - document_}, dialects_);
    if (dialect_ || has_guessed_) return true;
    has_guessed_ = true;
    return visit_(format::AmbiguousDialect{}, offset_);
  }

  // Skips a line that is too long. A binary record that is too long has no known end.
  bool keep_incomplete() {
    if (rest().size() <= kMaxItemBytes) return true;
    if (!visit_(has_lines_ ? kTooLongLine : kTooLong, offset_) || !has_lines_) return false;
    is_skipping_ = true;
    take(rest().size());
    return true;
  }

  // Returns true once the end of a skipped line is found.
  bool skip_line() {
    const std::size_t length = format::line_length(rest());
    is_skipping_ = length == 0;
    take(is_skipping_ ? rest().size() : length);
    return !is_skipping_;
  }

  Result<void> finish() {
    if (input_.is_damaged()) {
      visit_(kNotCompressed, offset_);
    } else if (!rest().empty() || is_skipping_) {
      visit_(kCutOff, offset_);
    }
    return {};
  }

  Input& input_;
  const ReadOptions& options_;
  const Visit& visit_;
  const format::Format* format_ = nullptr;
  bool has_lines_ = false;
  bool has_runs_ = false;
  bool is_skipping_ = false;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of the unprocessed part
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;  // file offset of `begin_`
  std::string bytes_;
  std::vector<record::Record> run_;
  std::size_t document_ = 0;  // start of the document in the buffer, or of its rest
  std::span<const format::Dialect> dialects_;  // allowed by the last header
  std::optional<format::Dialect> dialect_;     // if known
  bool has_looked_ = false;
  bool has_guessed_ = false;
};

}  // namespace

Result<void> read_entries(const std::string& path, const ReadOptions& options, const Visit& visit) {
  CHECK(options.format == nullptr || options.format->parse != nullptr);
  const std::unique_ptr<Input> input = TRY(Input::open(path, options.interruption));
  return Reader(*input, options, visit).read(path);
}

const format::Format* recognise(std::string_view head) {
  for (const format::Format* format : format::formats()) {
    const bool has_opening = !format->opening.empty() && head.starts_with(format->opening);
    if (format->parse != nullptr && has_opening) return format;
  }
  for (const format::Format* format : format::formats()) {
    if (format->item_length == format::line_length && begins_with_entry(*format, head))
      return format;
  }
  return nullptr;
}

}  // namespace masscan::files
