// SipHash of many messages at once, for the packet path: the words of message i are the i-th of
// every column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/instruction_set.h"
#include "base/siphash.h"

namespace masscan {

// Hashes as many messages as `hashes` has room for. Every column is as long, and none overlaps with
// the hashes.
using SipHashBatch = void (*)(SipKey key, std::span<const std::uint64_t* const> columns,
                              std::span<std::uint64_t> hashes);

SipHashBatch siphash_batch(InstructionSet instructions);

}  // namespace masscan
