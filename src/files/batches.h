// Splits records into batches, so that the cost of a call is shared by many records.
#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "base/result.h"
#include "record/record.h"

namespace masscan::files {

// Calls `take` with the longest runs of records that are all `wanted`, in order. Continues after an
// Error and returns the first one.
template <typename Wanted, typename Take>
Result<void> for_each_run(std::span<const record::Record> records, Wanted wanted, Take take) {
  Result<void> outcome;
  for (auto begin = std::find_if(records.begin(), records.end(), wanted); begin != records.end();) {
    const auto end = std::find_if_not(begin, records.end(), wanted);
    Result<void> taken = take(std::span<const record::Record>(begin, end));
    if (outcome) outcome = std::move(taken);
    begin = std::find_if(end, records.end(), wanted);
  }
  return outcome;
}

}  // namespace masscan::files
