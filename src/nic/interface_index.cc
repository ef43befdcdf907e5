#include "nic/interface_index.h"

#include <net/if.h>

namespace masscan::nic {

Result<int> interface_index(const std::string& name) {
  const auto index = static_cast<int>(::if_nametoindex(name.c_str()));
  if (index == 0) return run_error("{}: no such interface; see --iflist", name);
  return index;
}

}  // namespace masscan::nic
