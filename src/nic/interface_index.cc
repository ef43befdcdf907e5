#include "nic/interface_index.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/file.h"
#include "base/unique_fd.h"

namespace masscan::nic {

// if_nametoindex(3) does not distinguish a lack of descriptors from an unknown name.
Result<int> interface_index(const std::string& name) {
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) {
    return run_error("{}: cannot look this interface up: {}", name, last_system_error());
  }
  ifreq request{};
  name.copy(request.ifr_name, sizeof request.ifr_name - 1);
  const bool is_found =
      name.size() < sizeof request.ifr_name && ::ioctl(socket.get(), SIOCGIFINDEX, &request) == 0;
  if (!is_found) return run_error("{}: no such interface; see --iflist", name);
  return request.ifr_ifindex;
}

}  // namespace masscan::nic
