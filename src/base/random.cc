#include "base/random.h"

#include <sys/random.h>

#include "base/check.h"

namespace masscan {

std::uint64_t random_uint64() {
  std::uint64_t value = 0;
  CHECK(getrandom(&value, sizeof value, 0) == sizeof value);
  return value;
}

SipKey random_key() { return {.low = random_uint64(), .high = random_uint64()}; }

}  // namespace masscan
