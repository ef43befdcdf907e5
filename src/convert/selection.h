// Selects entries of result files. States are selected by record::StateFilter.
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

// Selects what a scan of these targets and ports, without the excludes, would have found. A default
// Selection includes everything.
struct Selection {
  std::optional<targets::AddressSet> addresses;
  targets::PairSet pairs;                 // in addition to addresses x ports
  std::optional<targets::PortSet> ports;  // with their transport
  targets::AddressSet excluded_addresses;
  targets::PortSet excluded_ports;

  std::optional<WallTime> since;  // both included
  std::optional<WallTime> until;

  bool banners = true;
  std::vector<record::Application> applications;  // if not empty: only banners of these

  bool is_everything() const;
  bool includes(const record::Record& record) const;
  bool includes(const record::Banner& banner) const;
};

}  // namespace masscan::convert
