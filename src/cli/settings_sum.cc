#include "cli/settings_sum.h"

#include <string_view>

#include "base/siphash.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "targets/exclusion.h"

namespace masscan::cli {
namespace {

std::uint64_t hash_of(std::string_view line) {
  SipHash hash(SipKey{});
  for (const char c : line) hash.add(static_cast<unsigned char>(c));
  return hash.finish();
}

bool is_output(const Section& section) { return section.options.data() == output_options().data(); }

}  // namespace

// Subtracts the excludes, because a name may have had excluded addresses: a file is read without
// them.
std::uint64_t settings_sum(const setup::Config& config) {
  setup::Config effective = config;
  targets::exclude(effective.excludes, effective.targets);
  targets::exclude(effective.excludes, effective.pairs);
  std::uint64_t sum = 0;
  for (const Section& section : sections()) {
    if (is_output(section)) continue;
    for (const Option& option : section.options) {
      if (option.is_editable) continue;
      for (const std::string& line : echo_lines(option, effective)) sum += hash_of(line);
    }
  }
  return sum;
}

}  // namespace masscan::cli
