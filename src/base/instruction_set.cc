#include "base/instruction_set.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace masscan {

namespace {

constexpr const char* kVariable = "MASSCAN_INSTRUCTIONS";

std::string_view name(InstructionSet set) {
  switch (set) {
    case InstructionSet::kScalar:
      return "scalar";
    case InstructionSet::kAvx2:
      return "avx2";
  }
  return "";
}

}  // namespace

std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets{InstructionSet::kScalar};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) sets.push_back(InstructionSet::kAvx2);
#endif
  return sets;
}

Result<InstructionSet> choose_instruction_set() {
  const std::vector<InstructionSet> sets = instruction_sets();
  const char* const wanted = std::getenv(kVariable);
  if (wanted == nullptr) return sets.back();
  const auto found = std::ranges::find(sets, std::string_view(wanted), name);
  if (found != sets.end()) return *found;
  return usage_error("{}: this processor knows no '{}'; leave the variable out, or set it to {}",
                     kVariable, wanted, name(sets.back()));
}

}  // namespace masscan
