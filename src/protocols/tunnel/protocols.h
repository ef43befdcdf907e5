// The protocols of this folder, one file each. protocols/udp_table.cc has a row for each.
#pragma once

#include "banner/udp_protocol.h"

namespace masscan::protocols {

}  // namespace masscan::protocols
