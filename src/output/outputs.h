// Where results go: files of one or several formats, lines on standard output, servers, or all of
// these. Used by the writer thread only.
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

// The files that are to be written, each with the variant of its format that was asked for.
std::vector<OutputFile> output_files(const OutputConfig& config);

// The servers that are to get results.
std::vector<std::unique_ptr<output::Database>> databases(const OutputConfig& config);

// Files in which results wait for servers. Where none was named they get a free name: "masscan-"
// and the time.
void choose_spool(OutputConfig& config, WallTime time);
std::vector<OutputFile> spools(const OutputConfig& config);

// The excluded IPv4 addresses, if one of these files shows them.
std::vector<net::AddressRange> shown_excludes(const OutputConfig& config,
                                              const targets::AddressSet& excludes);

// Forces what is in these files to the disk.
Result<void> sync_results(std::span<const UniqueFd> files);

// A file whose disk refuses does not keep results from the others: each call does all it can, and
// returns the first Error. Every Error is returned once.
class Outputs {
 public:
  // Opens the files, before any packet, so that a wrong name costs nothing; what is in them stays.
  // A server may be away.
  static Result<Outputs> open(const OutputConfig& config, const format::DocumentInfo& info);
  // Once it is certain that there will be results, and before the first one. Files that never begin
  // are as they were.
  Result<void> begin();

  // Records of states that are not to be shown are left out, and whatever does not pass the filter.
  Result<void> write(const record::Record& record) { return write({&record, 1}); }
  Result<void> write(std::span<const record::Record> records);
  Result<void> write(const record::Banner& banner);
  // Writes to one of them only, counted as `output_files` and then `spools` do, what the others
  // hold already.
  Result<void> restore(std::size_t output, std::span<const record::Record> records);
  // What was written is readable by others now.
  Result<void> flush();
  // The same soon: within a second where results are compressed.
  Result<void> flush_if_due();
  // The wall clock goes on: files whose time is over are rotated, and are on the disk then.
  Result<void> tick(WallTime now);
  Result<void> close(WallTime now, const output::CloseOptions& options);
  // The part of it that waits for nobody.
  Result<void> close_files(WallTime now);
  // What servers gave cause to tell the user, a sentence each; of any thread.
  std::vector<std::string> take_warnings();
  // Descriptors of their own for the regular files being written, spools among them, to be forced
  // to the disk. All of them, or an Error.
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
  std::size_t named_files_ = 0;  // of them; the rest is standard output, for people
  std::vector<std::unique_ptr<output::Sink>> sinks_;
};

}  // namespace masscan::output
