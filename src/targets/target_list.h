// What lists of targets say, piece by piece as it is read: unsorted, with repetitions.
#pragma once

#include <string>
#include <vector>

#include "targets/address_set.h"
#include "targets/host_name.h"
#include "targets/pair_set.h"

namespace masscan::targets {

// The eth0 of "fe80::1%eth0", and where it stood.
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

// Adds names to sorted ones, each once.
void merge(std::vector<HostName> names, std::vector<HostName>& into);

}  // namespace masscan::targets
