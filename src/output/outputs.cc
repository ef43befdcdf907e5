#include "output/outputs.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/file.h"
#include "files/batches.h"
#include "format/format.h"
#include "output/postgres.h"
#include "output/redis.h"

namespace masscan::output {
namespace {

// Returns the requested variant of a format.
const format::Format* variant(const format::Format* format, const OutputConfig& config) {
  if (config.nmap_xml && format->name == "xml") return format::find_format("nmap-xml");
  if (config.base64 && format->name == "ndjson") return format::find_format("ndjson-base64");
  return format;
}

bool is_none(const format::Format* format) {
  return format != nullptr && format->name == format::kNoFormat;
}

}  // namespace

std::vector<OutputFile> output_files(const OutputConfig& config) {
  std::vector<OutputFile> files = config.also;
  files.insert(files.begin(), {config.format, config.file});
  std::erase_if(files, [](const OutputFile& output) {
    return output.format == nullptr || output.file.empty() || is_none(output.format);
  });
  for (OutputFile& output : files) output.format = variant(output.format, config);
  return files;
}

std::vector<std::unique_ptr<output::Database>> databases(const OutputConfig& config) {
  std::vector<std::unique_ptr<output::Database>> servers;
  if (config.redis) servers.push_back(output::make_redis(*config.redis, config.redis_password));
  if (!config.postgres.empty()) servers.push_back(output::make_postgres(config.postgres));
  return servers;
}

void choose_spool(OutputConfig& config, WallTime time) {
  if (!config.has_databases() || !config.spool.empty()) return;
  const auto is_taken = [&config] {
    const std::vector<OutputFile> files = spools(config);
    return std::any_of(files.begin(), files.end(), [](const OutputFile& output) {
      return ::access(output.file.c_str(), F_OK) == 0;
    });
  };
  const std::string base =
      fmt::format("masscan-{:%Y%m%d-%H%M%S}", fmt::gmtime(record::unix_seconds(time)));
  config.spool = base;
  for (int number = 2; is_taken(); ++number) config.spool = fmt::format("{}-{}", base, number);
}

std::vector<OutputFile> spools(const OutputConfig& config) {
  std::vector<OutputFile> files;
  for (const auto& database : databases(config)) {
    files.push_back(
        {format::find_format("binary"), output::spool_path(config.spool, database->kind())});
  }
  return files;
}

std::vector<net::AddressRange> shown_excludes(const OutputConfig& config,
                                              const targets::AddressSet& excludes) {
  const std::vector<OutputFile> files = output_files(config);
  const bool are_shown = std::any_of(files.begin(), files.end(), [](const OutputFile& output) {
    return output.format->shows_excludes;
  });
  std::vector<net::AddressRange> shown;
  if (!are_shown) return shown;
  for (const auto& [first, last] : excludes.v4.ranges()) shown.push_back({first, last});
  return shown;
}

Result<void> sync_results(std::span<const UniqueFd> files) {
  for (const UniqueFd& file : files) {
    if (sync_data(file.get())) continue;
    return run_error("cannot force the results to the disk: {}", last_system_error());
  }
  return {};
}

Result<Outputs> Outputs::open(const OutputConfig& config, const format::DocumentInfo& info) {
  Outputs outputs(config.states, config.filter);
  for (const auto& [format, file] : output_files(config)) {
    outputs.files_.push_back(
        TRY(files::RotatingFile::prepare(file, *format, config.append, info, config.rotation)));
  }
  outputs.named_files_ = outputs.files_.size();
  for (auto& database : databases(config)) {
    outputs.sinks_.push_back(
        TRY(output::Sink::open(config.spool, config.append, info.began, std::move(database))));
  }
  const bool is_silent =
      outputs.files_.empty() && !config.has_databases() && !is_none(config.format);
  if (config.interactive || is_silent) {
    const format::Format* lines = format::find_format("interactive");
    CHECK(lines != nullptr);
    format::DocumentInfo plain = info;
    plain.compression = format::Compression::kNone;
    outputs.files_.push_back(TRY(files::RotatingFile::prepare("-", *lines, false, plain, {})));
  }
  return outputs;
}

template <typename Action>
Result<void> Outputs::for_each_file(Action action) {
  Result<void> outcome;
  for (files::RotatingFile& file : files_) {
    Result<void> done = action(file);
    if (outcome) outcome = std::move(done);
  }
  return outcome;
}

template <typename Action>
Result<void> Outputs::for_each(Action action) {
  Result<void> outcome = for_each_file(action);
  for (const auto& sink : sinks_) {
    Result<void> done = action(*sink);
    if (outcome) outcome = std::move(done);
  }
  return outcome;
}

Result<void> Outputs::begin() {
  return for_each_file([](files::RotatingFile& file) { return file.begin(); });
}

template <typename Action>
Result<void> Outputs::for_each_wanted(std::span<const record::Record> records,
                                      Action action) const {
  return files::for_each_run(
      records, [this](const record::Record& record) { return is_wanted(record); }, action);
}

Result<void> Outputs::write(std::span<const record::Record> records) {
  return for_each_wanted(records, [this](std::span<const record::Record> wanted) {
    return for_each([wanted](auto& output) { return output.write(wanted); });
  });
}

Result<void> Outputs::restore(std::size_t output, std::span<const record::Record> records) {
  return for_each_wanted(records, [&](std::span<const record::Record> wanted) {
    return output < named_files_ ? files_[output].write(wanted)
                                 : sinks_[output - named_files_]->write(wanted);
  });
}

bool Outputs::is_wanted(const record::Record& record) const {
  return states_.includes(record.state) &&
         (!filter_ || filter_->matches(record::ResultView(record)));
}

Result<void> Outputs::write(const record::Banner& banner) {
  if (filter_ && !filter_->matches(record::ResultView(banner))) return {};
  return for_each([&](auto& output) { return output.write(banner); });
}

Result<void> Outputs::flush() {
  return for_each([](auto& output) { return output.flush(); });
}

Result<void> Outputs::flush_if_due() {
  return for_each([](auto& output) { return output.flush_if_due(); });
}

Result<void> Outputs::tick(WallTime now) {
  return for_each_file([now](files::RotatingFile& file) { return file.tick(now); });
}

Result<void> Outputs::close_files(WallTime now) {
  Result<void> outcome =
      for_each_file([now](files::RotatingFile& file) { return file.close(now); });
  files_.clear();
  return outcome;
}

Result<void> Outputs::close(WallTime now, const output::CloseOptions& options) {
  Result<void> outcome = close_files(now);
  for (const auto& sink : sinks_) {
    outcome = join(std::move(outcome), sink->close(options));
  }
  return outcome;
}

std::vector<std::string> Outputs::take_warnings() {
  std::vector<std::string> warning;
  for (const auto& sink : sinks_) {
    if (auto sentence = sink->take_warnings()) warning.push_back(std::move(*sentence));
  }
  return warning;
}

Result<std::vector<UniqueFd>> Outputs::files() const {
  std::vector<UniqueFd> files;
  for (const files::RotatingFile& file : files_) files.push_back(TRY(file.duplicate()));
  for (const auto& sink : sinks_) files.push_back(TRY(sink->duplicate()));
  std::erase_if(files, [](const UniqueFd& file) { return !file.is_open(); });
  return files;
}

}  // namespace masscan::output
