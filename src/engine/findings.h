// The rings from one worker to the writer: records, and what services said.
// Owner: Worker. Thread: producer: the worker's; consumer: the writer's.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/check.h"
#include "base/spsc_ring.h"
#include "engine/datagram.h"
#include "record/record.h"

namespace masscan::engine {

struct Findings {
  static constexpr std::size_t kRecords = std::size_t{1} << 14;
  static constexpr std::size_t kDatagrams = std::size_t{1} << 11;

  explicit Findings(bool with_datagrams)
      : has_datagrams(with_datagrams), datagrams(with_datagrams ? kDatagrams : 1) {}

  // Returns how many frames may be taken: each gives at most one record and one datagram.
  std::size_t room() const {
    const std::size_t for_records = records.capacity() - records.size();
    if (!has_datagrams) return for_records;
    return std::min(for_records, datagrams.capacity() - datagrams.size());
  }
  // True if the writer should get time to make room.
  bool is_mostly_full() const {
    return records.size() > records.capacity() / 4 * 3 ||
           (has_datagrams && datagrams.size() > datagrams.capacity() / 4 * 3);
  }
  // REQUIRES: there is room.
  void push(record::Record record) { CHECK(records.push(record)); }
  void push(Datagram datagram) { CHECK(datagrams.push(datagram)); }

  const bool has_datagrams;
  SpscRing<record::Record> records{kRecords};
  SpscRing<Datagram> datagrams;
};

}  // namespace masscan::engine
