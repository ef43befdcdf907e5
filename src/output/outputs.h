// All destinations of results: files in one or several formats, lines on standard output, and
// databases.
// Thread: the writer thread, unless stated otherwise.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "files/rotating_file.h"
#include "net/prefix.h"
#include "output/database.h"
#include "output/output_config.h"
#include "output/sink.h"
#include "record/banner.h"
#include "record/filter.h"
#include "record/record.h"
#include "record/state_filter.h"
#include "targets/address_set.h"

namespace masscan::output {

// Returns the files to write, each with the requested variant of its format.
std::vector<OutputFile> output_files(const OutputConfig& config);

// Returns the databases that get results.
std::vector<std::unique_ptr<output::Database>> databases(const OutputConfig& config);

// Sets the prefix of spool names if the user gave none: "masscan-" and the time, a free name.
void choose_spool(OutputConfig& config, WallTime time);
std::vector<OutputFile> spools(const OutputConfig& config);

// Returns the excluded IPv4 addresses if one of the files shows them.
std::vector<net::AddressRange> shown_excludes(const OutputConfig& config,
                                              const targets::AddressSet& excludes);

// Flushes these files to the disk.
Result<void> sync_results(std::span<const UniqueFd> files);

// Errors: a failing output does not affect the others. Each call continues with all of them and
// returns the first Error; every Error is returned once.
class Outputs {
 public:
  // Opens the files before the first packet, so that a wrong name is reported early. Does not
  // change them. A database may be unreachable.
  static Result<Outputs> open(const OutputConfig& config, const format::DocumentInfo& info);
  // Starts writing. Called once results are certain, before the first one; files without `begin`
  // stay as they were.
  Result<void> begin();

  // Write results that pass the state filter and the filter.
  Result<void> write(const record::Record& record) { return write({&record, 1}); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(const record::Banner& banner);
  // Writes results to one output only, which the others contain already. `output` counts as
  // `output_files` and then `spools`.
  Result<void> restore(std::size_t output, std::span<const record::Record> records);
  // Makes everything written so far visible to readers.
  Result<void> flush();
  // Flushes within a second: compressed results wait for more.
  Result<void> flush_if_due();
  // Rotates files whose period is over; they are then flushed to the disk.
  Result<void> tick(WallTime now);
  Result<void> close(WallTime now, const output::CloseOptions& options);
  // The part of `close` that does not wait for readers or databases.
  Result<void> close_files(WallTime now);
  // Returns new warnings about databases, a sentence each. Thread: any.
  std::vector<std::string> take_warnings();
  // Returns duplicated descriptors of all regular files and spools, for flushing them to the disk.
  Result<std::vector<UniqueFd>> files() const;

 private:
  Outputs(record::StateFilter states, std::optional<record::Filter> filter)
      : states_(states), filter_(std::move(filter)) {}

  bool is_wanted(const record::Record& record) const;
  template <typename Action>
  Result<void> for_each_wanted(std::span<const record::Record> records, Action action) const;
  template <typename Action>
  Result<void> for_each(Action action);
  template <typename Action>
  Result<void> for_each_file(Action action);

  record::StateFilter states_;
  std::optional<record::Filter> filter_;
  std::vector<files::RotatingFile> files_;
  std::size_t named_files_ = 0;  // of them; the others are standard output
  std::vector<std::unique_ptr<output::Sink>> sinks_;
};

}  // namespace masscan::output
