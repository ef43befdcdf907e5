// Tests of very many cases, of which sanitizers see a sample: they make each case ten times slower.
#pragma once

#include <cstddef>

namespace masscan::test {

// Returns `all`, or the smaller number under a sanitizer. script/nightly tests all of it.
constexpr std::size_t all_or([[maybe_unused]] std::size_t all,
                             [[maybe_unused]] std::size_t sanitized) {
#ifdef MASSCAN_SANITIZED
  return sanitized;
#else
  return all;
#endif
}

}  // namespace masscan::test
