// Selects the vector instructions of the batch kernels. Each kernel exists in portable C++ and for
// these instruction sets. All variants compute the same results; the choice is made once, at run
// time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace masscan {

// In ascending order of speed.
enum class InstructionSet : std::uint8_t { kScalar, kAvx2 };

// Returns the sets that this processor supports, kScalar first.
std::vector<InstructionSet> instruction_sets();

// Returns the fastest supported set, or the one named by the environment variable
// MASSCAN_INSTRUCTIONS ("scalar", "avx2"), for tests and measurements. Errors: an unknown or
// unsupported name.
Result<InstructionSet> choose_instruction_set();

}  // namespace masscan
