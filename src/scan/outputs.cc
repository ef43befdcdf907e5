#include "scan/outputs.h"

#include <utility>

#include "base/check.h"
#include "base/time.h"
#include "report/format.h"

namespace masscan::scan {

Result<Outputs> Outputs::open(const OutputConfig& config, const report::DocumentInfo& info) {
  Outputs outputs(config.show);
  if (config.format != nullptr && !config.file.empty()) {
    outputs.documents_.push_back(
        TRY(report::Document::open(config.file, *config.format, config.append, info)));
  }
  if (config.interactive || outputs.documents_.empty()) {
    const report::Format* lines = report::find_format("interactive");
    CHECK(lines != nullptr);
    outputs.documents_.push_back(TRY(report::Document::open("-", *lines, false, info)));
  }
  return outputs;
}

Result<void> Outputs::write(const report::Record& record) {
  if (!show_.includes(record.state)) return {};
  for (report::Document& document : documents_) TRY(document.write(record));
  return {};
}

Result<void> Outputs::flush() {
  for (report::Document& document : documents_) TRY(document.flush());
  return {};
}

std::vector<UniqueFd> Outputs::files() const {
  std::vector<UniqueFd> files;
  for (const report::Document& document : documents_) {
    if (UniqueFd file = document.duplicate(); file.is_open()) files.push_back(std::move(file));
  }
  return files;
}

Result<void> Outputs::close() {
  const WallTime time = wall_now();
  for (report::Document& document : documents_) TRY(document.close(time));
  return {};
}

}  // namespace masscan::scan
