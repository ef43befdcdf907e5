// The contents of target lists as read: unsorted, with repetitions.
#pragma once

#include <string>
#include <vector>

#include "targets/address_set.h"
#include "targets/host_name.h"
#include "targets/pair_set.h"

namespace masscan::targets {

// The eth0 of "fe80::1%eth0", and where it was given.
struct Scope {
  std::string interface;
  std::string place;
};

struct TargetList {
  AddressRanges ranges;
  PairList pairs;
  std::vector<HostName> names;
  std::vector<Scope> scopes;

  bool empty() const;
  void append(TargetList other);
};

// Merges names into a sorted vector without duplicates.
void merge(std::vector<HostName> names, std::vector<HostName>& into);

}  // namespace masscan::targets
