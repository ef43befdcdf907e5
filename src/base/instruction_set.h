// Which vector instructions the batch kernels use. Each kernel exists in a portable form and in
// forms for these; all compute the same, and which one runs is decided once, at run time.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"

namespace masscan {

// From plain to wide: a later one is faster.
enum class InstructionSet : std::uint8_t { kScalar, kAvx2 };

// Those that this processor has, kScalar first.
std::vector<InstructionSet> instruction_sets();

// The best one, or the one that the environment variable MASSCAN_INSTRUCTIONS names ("scalar",
// "avx2"): for tests and measurements. A name that makes no sense here is an Error.
Result<InstructionSet> choose_instruction_set();

}  // namespace masscan
