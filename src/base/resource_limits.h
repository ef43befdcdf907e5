// Limits of a process or of the machine on descriptors and memory.
#pragma once

#include <cerrno>
#include <cstddef>

#include "base/result.h"

namespace masscan {

// True if this errno means a temporary shortage of a resource.
constexpr bool is_resource_error(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// Returns an Error if `count` more descriptors cannot be open at once.
Result<void> check_descriptors(std::size_t count);

}  // namespace masscan
