#include "scan/found_before.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/siphash.h"
#include "files/read_records.h"
#include "format/format.h"

namespace masscan::scan {
namespace {

std::uint64_t hash_of(const record::Record& record) {
  const auto& [transport, number] = record.port;
  SipHash hash(SipKey{});
  hash.add(record.address.high()).add(record.address.low());
  hash.add(static_cast<std::uint64_t>(record.address.family()));
  hash.add(static_cast<std::uint64_t>(transport) << 32 | std::uint64_t{number} << 8 |
           static_cast<std::uint64_t>(record.state));
  return hash.finish();
}

// Counts the details that some formats omit.
int details(const record::Record& record) {
  return (record.reason != 0 ? 1 : 0) + (record.ttl != 0 ? 1 : 0);
}

bool is_comparable(const output::OutputFile& output) {
  return output.format->keeps_time && files::can_be_read_back(output.file, *output.format);
}

}  // namespace

FoundBefore::FoundBefore(std::size_t outputs)
    : sums_(outputs, std::vector<std::uint64_t>(kClasses)) {}

void FoundBefore::add(std::size_t output, const record::Record& record) {
  const std::uint64_t hash = hash_of(record);
  sums_[output][hash % kClasses] += hash;
}

bool FoundBefore::differs(std::size_t kind) const {
  return std::any_of(sums_.begin(), sums_.end(),
                     [&](const auto& sums) { return sums[kind] != sums_.front()[kind]; });
}

bool FoundBefore::differs() const {
  return std::any_of(sums_.begin(), sums_.end(),
                     [&](const auto& sums) { return sums != sums_.front(); });
}

void FoundBefore::compare(std::size_t output, const record::Record& record) {
  if (!differs(hash_of(record) % kClasses)) return;
  const Key key(record.address, record.port, record.state);
  Held& held = held_.try_emplace(key, Held{record, std::vector<bool>(sums_.size())}).first->second;
  held.by[output] = true;
  if (details(record) > details(held.record)) held.record = record;
}

std::vector<record::Record> FoundBefore::lacking(std::size_t output) const {
  std::vector<record::Record> records;
  for (const auto& [key, held] : held_) {
    if (!held.by[output]) records.push_back(held.record);
  }
  std::stable_sort(records.begin(), records.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return records;
}

Result<void> restore_found(const output::OutputConfig& config, std::uint64_t began,
                           output::Outputs& outputs,
                           const std::function<void(const record::Record&)>& remember) {
  std::vector<output::OutputFile> files = output::output_files(config);
  for (output::OutputFile& spool : output::spools(config)) files.push_back(std::move(spool));
  const auto read = [&](const output::OutputFile& output, const auto& visit) {
    return files::read_records(output.file, *output.format, [&](const record::Record& record) {
      const bool is_of_scan = record::unix_seconds(record.time) >= static_cast<std::int64_t>(began);
      if (is_of_scan) visit(record);
    });
  };

  std::vector<std::size_t> compared;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (is_comparable(files[i])) compared.push_back(i);
  }
  FoundBefore found(compared.size());
  for (std::size_t i = 0; i < compared.size(); ++i) {
    TRY(read(files[compared[i]], [&](const record::Record& record) {
      remember(record);
      found.add(i, record);
    }));
  }
  if (config.rotation.is_on() || !found.differs()) return {};
  for (std::size_t i = 0; i < compared.size(); ++i) {
    TRY(read(files[compared[i]], [&](const record::Record& record) { found.compare(i, record); }));
  }
  for (std::size_t i = 0; i < compared.size(); ++i) {
    TRY(outputs.restore(compared[i], found.lacking(i)));
  }
  return outputs.flush();
}

}  // namespace masscan::scan
