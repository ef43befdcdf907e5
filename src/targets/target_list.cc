#include "targets/target_list.h"

#include <algorithm>
#include <utility>

#include "targets/append.h"

namespace masscan::targets {
bool TargetList::empty() const {
  return ranges.v4.empty() && ranges.v6.empty() && pairs.empty() && names.empty();
}

void TargetList::append(TargetList other) {
  targets::append(ranges.v4, std::move(other.ranges.v4));
  targets::append(ranges.v6, std::move(other.ranges.v6));
  pairs.append(std::move(other.pairs));
  targets::append(names, std::move(other.names));
  targets::append(scopes, std::move(other.scopes));
}

void merge(std::vector<HostName> names, std::vector<HostName>& into) {
  targets::append(into, std::move(names));
  std::sort(into.begin(), into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

}  // namespace masscan::targets
