// The results that the outputs of an interrupted scan hold already. One output may hold fewer
// results than another. A result in any output counts as found, and is added to the outputs that
// lack it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "output/output_config.h"
#include "output/outputs.h"
#include "record/record.h"

namespace masscan::scan {

// Reads all results found since `began` (seconds since 1970), calls `remember` for each record, and
// adds missing records to `outputs`. Outputs that cannot be read back, or have no times, are
// ignored. Rotated outputs get no records, because their earlier files are not read.
// REQUIRES: `outputs` have begun; the writer has not started.
Result<void> restore_found(const output::OutputConfig& config, std::uint64_t began,
                           output::Outputs& outputs,
                           const std::function<void(const record::Record&)>& remember);

// Compares the contents of several outputs in two passes. The first pass sums up classes of
// records. The second pass compares only the classes whose sums differ, so memory grows with the
// differences, not with the results.
class FoundBefore {
 public:
  explicit FoundBefore(std::size_t outputs);

  // First pass: adds a record to the sums.
  void add(std::size_t output, const record::Record& record);
  // After the first pass: true if a second pass is needed.
  bool differs() const;
  // Second pass.
  void compare(std::size_t output, const record::Record& record);
  // After the second pass: the records that this output lacks, oldest first.
  std::vector<record::Record> lacking(std::size_t output) const;

 private:
  static constexpr std::size_t kClasses = std::size_t{1} << 14;

  using Key = std::tuple<net::IpAddress, net::Port, record::PortState>;
  struct Held {
    record::Record record;  // with the most details of all outputs
    std::vector<bool> by;   // by output: whether it holds the record
  };

  bool differs(std::size_t kind) const;

  std::vector<std::vector<std::uint64_t>> sums_;  // by output and class
  std::map<Key, Held> held_;
};

}  // namespace masscan::scan
