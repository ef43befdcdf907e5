// What a process or the machine may have no more of.
#pragma once

#include <cerrno>
#include <cstddef>

#include "base/result.h"

namespace masscan {

// This errno says that there is too little at present, not that something cannot be.
constexpr bool is_resource_error(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// An Error if so many descriptors more cannot be opened at once.
Result<void> check_descriptors(std::size_t count);

}  // namespace masscan
