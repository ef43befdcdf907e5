// What the user wants to be left alone since the scan began. It is replaced as a whole while
// workers look at it; an old one is freed, with the next that comes, once nobody looks at it any
// more.
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
  // One thread's look at them. To learn that nothing is new costs one load; a lock is taken only
  // when something is.
  class Reader {
   public:
    // `source` must outlive it.
    explicit Reader(LateExcludes& source) : source_(source) {}
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // The latest; null: there are none. Valid until the next call or the end of the reader.
    const targets::AddressSet* latest();
    // How many had come when `latest` returned.
    std::uint64_t generation() const { return generation_; }

   private:
    LateExcludes& source_;
    Version* version_ = nullptr;  // what it holds
    std::uint64_t generation_ = 0;
  };

  // Of any thread.
  void replace(targets::AddressSet excludes);
  // Those in memory: the latest, and those that readers hold or have held until lately.
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
