// Addresses that the user excluded after the scan began. The set is replaced as a whole while
// workers read it. `replace` frees old sets that no reader uses.
// Thread: any; each Reader belongs to one thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "targets/address_set.h"

namespace masscan::engine {

class LateExcludes {
  struct Version;

 public:
  // One thread's access to the set. Checking for a new set costs one atomic load; a lock is taken
  // only to switch to it.
  class Reader {
   public:
    // `source` must outlive the reader.
    explicit Reader(LateExcludes& source) : source_(source) {}
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Returns the latest set; null: there is none.
    // Valid until: the next call or the end of the reader.
    const targets::AddressSet* latest();
    // Number of calls of `replace` that `latest` had seen when it returned.
    std::uint64_t generation() const { return generation_; }

   private:
    LateExcludes& source_;
    Version* version_ = nullptr;  // counted in Version::readers
    std::uint64_t generation_ = 0;
  };

  // Replaces the set.
  void replace(targets::AddressSet excludes);
  // Number of sets in memory: the latest, and old ones not freed yet.
  std::size_t versions() const;

 private:
  struct Version {
    targets::AddressSet excludes;
    std::size_t readers = 0;
  };

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Version>> versions_;  // the last one is the latest
  std::atomic<std::uint64_t> generation_ = 0;       // changes with `versions_`
};

}  // namespace masscan::engine
