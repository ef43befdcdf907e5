// Records that follow each other are handed on many at a time: what is done once per call costs
// little for each of them.
#pragma once

#include <algorithm>
#include <span>
#include <utility>

#include "base/result.h"
#include "record/record.h"

namespace masscan::files {

// Hands `take` the longest runs of records that are all `wanted`, in order. An Error does not keep
// it from the next ones; the first one is returned.
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
