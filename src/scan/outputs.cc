#include "scan/outputs.h"

#include <utility>

#include "base/check.h"
#include "report/format.h"

namespace masscan::scan {
namespace {

// The variant of a format that was asked for.
const report::Format* variant(const report::Format* format, const OutputConfig& config) {
  if (config.nmap_xml && format->name == "xml") return report::find_format("nmap-xml");
  if (config.base64 && format->name == "ndjson") return report::find_format("ndjson-base64");
  return format;
}

bool is_none(const report::Format* format) {
  return format != nullptr && format->name == report::kNoFormat;
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

Result<Outputs> Outputs::open(const OutputConfig& config, const report::DocumentInfo& info) {
  Outputs outputs(config.show, config.filter);
  for (const auto& [format, file] : output_files(config)) {
    outputs.files_.push_back(
        TRY(report::Series::open(file, *format, config.append, info, config.rotation)));
  }
  if (config.interactive || (outputs.files_.empty() && !is_none(config.format))) {
    const report::Format* lines = report::find_format("interactive");
    CHECK(lines != nullptr);
    report::DocumentInfo plain = info;
    plain.compression = report::Compression::kNone;
    outputs.files_.push_back(TRY(report::Series::open("-", *lines, false, plain, {})));
  }
  return outputs;
}

template <typename Action>
Result<void> Outputs::for_each(Action action) {
  Result<void> outcome;
  for (report::Series& file : files_) {
    Result<void> done = action(file);
    if (outcome) outcome = std::move(done);
  }
  return outcome;
}

Result<void> Outputs::write(const report::Record& record) {
  if (!show_.includes(record.state)) return {};
  if (filter_ && !filter_->matches(report::Finding(record))) return {};
  return for_each([&](report::Series& file) { return file.write(record); });
}

Result<void> Outputs::write(const report::Banner& banner) {
  if (filter_ && !filter_->matches(report::Finding(banner))) return {};
  return for_each([&](report::Series& file) { return file.write(banner); });
}

Result<void> Outputs::flush() {
  return for_each([](report::Series& file) { return file.flush(); });
}

Result<void> Outputs::flush_if_due() {
  return for_each([](report::Series& file) { return file.flush_if_due(); });
}

Result<void> Outputs::tick(WallTime now) {
  return for_each([now](report::Series& file) { return file.tick(now); });
}

Result<void> Outputs::close(WallTime now) {
  return for_each([now](report::Series& file) { return file.close(now); });
}

std::vector<UniqueFd> Outputs::files() const {
  std::vector<UniqueFd> files;
  for (const report::Series& series : files_) {
    if (UniqueFd file = series.duplicate(); file.is_open()) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace masscan::scan
