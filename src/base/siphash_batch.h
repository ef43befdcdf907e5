// SipHash of many messages at once, for the packet path. Word j of message i is element i of column
// j.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/instruction_set.h"
#include "base/siphash.h"

namespace masscan {

// Hashes as many messages as `hashes` has elements. REQUIRES: each column has that length and does
// not overlap `hashes`.
using SipHashBatch = void (*)(SipKey key, std::span<const std::uint64_t* const> columns,
                              std::span<std::uint64_t> hashes);

SipHashBatch siphash_batch(InstructionSet instructions);

}  // namespace masscan
