// What the outputs of an interrupted scan hold already. What ended it may have left one of them
// behind the others: whatever one holds is found, and those that lack it get it too.
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

// Reads all that was found from the second `began` (since 1970) on, tells `remember` of each
// record, and writes to `outputs`, which have begun, what some of them lack. Outputs that cannot be
// read back, or without times, neither tell nor get anything; rotated ones get nothing, for what is
// in their earlier files is not read. Before the writer starts.
Result<void> restore_found(const output::OutputConfig& config, std::uint64_t began,
                           output::Outputs& outputs,
                           const std::function<void(const record::Record&)>& remember);

// Compares what several outputs hold in two passes over all of them. The first sums up classes of
// records, the second looks closely at those classes only that are not the same everywhere: memory
// grows with the differences, not with the results.
class FoundBefore {
 public:
  explicit FoundBefore(std::size_t outputs);

  // The first pass.
  void add(std::size_t output, const record::Record& record);
  // Then: is there anything to look at closely?
  bool differs() const;
  // The second pass.
  void compare(std::size_t output, const record::Record& record);
  // Then: what others hold and this output does not, the oldest first.
  std::vector<record::Record> lacking(std::size_t output) const;

 private:
  static constexpr std::size_t kClasses = std::size_t{1} << 14;

  using Key = std::tuple<net::IpAddress, net::Port, record::PortState>;
  struct Held {
    record::Record record;  // with all that any output knows of it
    std::vector<bool> by;   // which outputs
  };

  bool differs(std::size_t kind) const;

  std::vector<std::vector<std::uint64_t>> sums_;  // by output and class
  std::map<Key, Held> held_;
};

}  // namespace masscan::scan
