#include "base/resource_limits.h"

#include <unistd.h>

#include <vector>

#include "base/file.h"
#include "base/unique_fd.h"

namespace masscan {

Result<void> check_descriptors(std::size_t count) {
  std::vector<UniqueFd> opened;
  while (opened.size() < count) {
    opened.push_back(files::duplicate(STDERR_FILENO));
    if (opened.back().is_open()) continue;
    return run_error(
        "{} files more have to be open at times, and there is room for {}: {}; raise the limit "
        "(ulimit -n)",
        count, opened.size() - 1, last_system_error());
  }
  return {};
}

}  // namespace masscan
