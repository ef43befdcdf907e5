// Which entries of files of results are wanted. States are record::StateFilter's business.
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "record/application.h"
#include "record/banner.h"
#include "record/record.h"
#include "targets/address_set.h"
#include "targets/pair_set.h"
#include "targets/port_set.h"

namespace masscan::convert {

// A scan of these targets and ports, without what is excluded, would have found it. A default
// Selection wants everything.
struct Selection {
  std::optional<targets::AddressSet> addresses;
  targets::PairSet pairs;                 // besides addresses x ports
  std::optional<targets::PortSet> ports;  // of their own transport
  targets::AddressSet excluded_addresses;
  targets::PortSet excluded_ports;

  std::optional<WallTime> since;  // both belong to it
  std::optional<WallTime> until;

  bool banners = true;
  std::vector<record::Application> applications;  // not empty: their banners and nothing else

  bool is_everything() const;
  bool includes(const record::Record& record) const;
  bool includes(const record::Banner& banner) const;
};

}  // namespace masscan::convert
