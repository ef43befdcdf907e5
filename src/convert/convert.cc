#include "convert/convert.h"

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>
#include <variant>

#include "base/text.h"
#include "files/batches.h"
#include "files/read_entries.h"
#include "format/item.h"
#include "output/outputs.h"

namespace masscan::convert {
namespace {

// Limits the notes per file.
constexpr std::uint64_t kMostNotes = 10;

// Reports malformed items of one file, and a guessed dialect.
class FileNotes {
 public:
  FileNotes(const std::string& file, const Note& note)
      : name_(file == "-" ? "standard input" : file), note_(note) {}

  void add(const format::Malformed& damage, std::uint64_t offset) {
    if (++damages_ > kMostNotes && !damage.is_last) return;
    note_(fmt::format("{}: byte {}: {}{}", name_, offset, damage.reason,
                      damage.is_last ? "; what stands before was read" : "; it is left out"));
  }

  void add(const format::AmbiguousDialect&, std::uint64_t offset) {
    note_(
        fmt::format("{}: byte {}: nothing tells which masscan has numbered the banners from here "
                    "on; if their kinds are wrong, name it with --readscan-dialect 1.3.2",
                    name_, offset));
  }

  void finish() const {
    if (damages_ > kMostNotes) {
      note_(fmt::format("{}: {} pieces make no sense in all", name_, damages_));
    }
  }

 private:
  std::string name_;
  const Note& note_;
  std::uint64_t damages_ = 0;
};

class Converter {
 public:
  Converter(const Request& request, output::OutputConfig config)
      : request_(request),
        config_(std::move(config)),
        wants_everything_(request.selection.is_everything()),
        stop_(request.stop()) {
    output::choose_spool(config_, request.now);
  }

  // Returns false if writing failed or the user interrupts.
  bool take(const format::FileItem& parsed) {
    if (const auto* record = std::get_if<record::Record>(&parsed)) {
      keep(write({record, 1}));
    } else if (const auto* beginning = std::get_if<format::ScanStart>(&parsed)) {
      if (!began_) began_ = beginning->time;
    } else if (const auto* banner = std::get_if<record::Banner>(&parsed)) {
      keep(write(*banner));
    }
    return can_continue();
  }

  bool take(std::span<const record::Record> records) {
    keep(write(records));
    return can_continue();
  }

  bool is_interrupted() const { return stop_.stop_requested(); }

  // Closes the output. REQUIRES: the last call, after all files.
  Result<void> close() {
    TRY(std::move(result_));
    TRY(open());
    return outputs_->close(request_.now, {.stop = stop_});
  }

 private:
  bool can_continue() const { return result_.has_value() && !is_interrupted(); }

  Result<void> write(std::span<const record::Record> records) {
    if (!began_) began_ = records.front().time;
    if (!outputs_) TRY(open());
    if (wants_everything_) return outputs_->write(records);
    return files::for_each_run(
        records,
        [this](const record::Record& record) { return request_.selection.includes(record); },
        [this](std::span<const record::Record> wanted) { return outputs_->write(wanted); });
  }

  Result<void> write(const record::Banner& banner) {
    if (!began_) began_ = banner.time;
    if (!outputs_) TRY(open());
    const bool is_wanted = wants_everything_ || request_.selection.includes(banner);
    return is_wanted ? outputs_->write(banner) : Result<void>();
  }

  // Opens the output at the first entry, because headers contain the start of the scan.
  Result<void> open() {
    if (outputs_) return {};
    format::DocumentInfo info{
        .began = began_.value_or(request_.now),
        .ports = {},
        .stylesheet = config_.stylesheet,
        .columns = config_.columns,
        .converted = request_.now,
        .compression = config_.compression,
        .excludes = output::shown_excludes(config_, request_.selection.excluded_addresses),
        .interruption = request_.interruption()};
    if (request_.selection.ports) info.ports = request_.selection.ports->ranges();
    outputs_ = TRY(output::Outputs::open(config_, info));
    return outputs_->begin();
  }

  void keep(Result<void> result) {
    if (!result) result_ = std::move(result);
  }

  const Request& request_;
  output::OutputConfig config_;
  const bool wants_everything_;
  const std::stop_token stop_;
  std::optional<WallTime> began_;
  std::optional<output::Outputs> outputs_;
  Result<void> result_;
};

// Records come one by one if `take_run` is null.
template <typename Take>
Result<void> read_with_notes(const std::string& file, const Request& request, const Note& note,
                             Take take,
                             std::function<bool(std::span<const record::Record>)> take_run = {}) {
  FileNotes notes(file, note);
  TRY(files::read_entries(file,
                          {.dialect = request.dialect,
                           .visit_run = std::move(take_run),
                           .interruption = request.interruption()},
                          [&](const format::FileItem& parsed, std::uint64_t offset) {
                            if (const auto* damage = std::get_if<format::Malformed>(&parsed)) {
                              notes.add(*damage, offset);
                            } else if (const auto* guess =
                                           std::get_if<format::AmbiguousDialect>(&parsed)) {
                              notes.add(*guess, offset);
                            } else {
                              return take(parsed);
                            }
                            return true;
                          }));
  notes.finish();
  return {};
}

}  // namespace

Result<void> convert(const Request& request, const output::OutputConfig& output, const Note& note) {
  Converter converter(request, output);
  Result<void> unread;
  for (const std::string& file : request.files) {
    Result<void> read = read_with_notes(
        file, request, note, [&](const format::FileItem& parsed) { return converter.take(parsed); },
        [&](std::span<const record::Record> records) { return converter.take(records); });
    if (converter.is_interrupted()) break;
    if (read) continue;
    if (!unread) note(unread.error().message);
    unread = std::move(read);
  }
  const bool is_cut_short = converter.is_interrupted();
  TRY(converter.close());
  if (is_cut_short) return request.interrupts->error();
  return unread;
}

Result<void> read_selected(const std::string& file, const Request& request, const Note& note,
                           const std::function<bool(const format::FileItem&)>& visit) {
  return read_with_notes(file, request, note, [&](const format::FileItem& parsed) {
    const auto* record = std::get_if<record::Record>(&parsed);
    if (record != nullptr && request.selection.includes(*record)) return visit(parsed);
    const auto* banner = std::get_if<record::Banner>(&parsed);
    if (banner != nullptr && request.selection.includes(*banner)) return visit(parsed);
    return true;
  });
}

}  // namespace masscan::convert
