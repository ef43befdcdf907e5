#include "engine/late_excludes.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace masscan::engine {

LateExcludes::Reader::~Reader() {
  const std::scoped_lock lock(source_.mutex_);
  if (version_ != nullptr) --version_->readers;
}

const targets::AddressSet* LateExcludes::Reader::latest() {
  if (source_.generation_.load(std::memory_order_acquire) != generation_) {
    const std::scoped_lock lock(source_.mutex_);
    if (version_ != nullptr) --version_->readers;
    version_ = source_.versions_.back().get();
    ++version_->readers;
    generation_ = source_.generation_.load(std::memory_order_relaxed);
  }
  return version_ == nullptr ? nullptr : &version_->excludes;
}

void LateExcludes::replace(targets::AddressSet excludes) {
  auto latest = std::make_unique<Version>(Version{.excludes = std::move(excludes)});
  std::vector<std::unique_ptr<Version>> unread;  // freed after the lock is released
  const std::scoped_lock lock(mutex_);
  const auto first_unread = std::partition(
      versions_.begin(), versions_.end(), [](const auto& version) { return version->readers > 0; });
  unread.assign(std::move_iterator(first_unread), std::move_iterator(versions_.end()));
  versions_.erase(first_unread, versions_.end());
  versions_.push_back(std::move(latest));
  generation_.fetch_add(1, std::memory_order_release);
}

std::size_t LateExcludes::versions() const {
  const std::scoped_lock lock(mutex_);
  return versions_.size();
}

}  // namespace masscan::engine
