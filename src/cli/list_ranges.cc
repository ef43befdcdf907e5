#include "cli/list_ranges.h"

#include <fmt/format.h>

#include <algorithm>

namespace masscan::cli {
namespace {

// Returns the size of the largest block from `first` up to at most `last`, as a number of host
// bits.
template <typename Address>
int free_bits(Address first, Address last) {
  using Number = typename Address::Number;
  int bits = 0;
  while (bits < Address::kBits) {
    const Number size_less_one = (((Number{1} << bits) - 1) << 1) | 1;  // of twice the block
    const bool is_aligned = (first.number() & size_less_one) == 0;
    if (!is_aligned || last.number() - first.number() < size_less_one) break;
    ++bits;
  }
  return bits;
}

template <typename Address>
void append_prefixes(std::string& out, Address first, Address last) {
  using Number = typename Address::Number;
  for (;;) {
    const int bits = free_bits(first, last);
    out += fmt::format("{}/{}\n", to_string(net::IpAddress(first)), Address::kBits - bits);
    const Number block_end =
        bits == 0 ? first.number() : first.number() | ((((Number{1} << (bits - 1)) - 1) << 1) | 1);
    if (block_end == last.number()) return;
    first = Address(block_end + 1);
  }
}

}  // namespace

std::string ranges_text(const targets::AddressSet& targets) {
  std::string out;
  for (const auto& [first, last] : targets.v4.ranges()) {
    out += targets::describe(net::AddressRange{first, last}) + "\n";
  }
  for (const auto& [first, last] : targets.v6.ranges()) {
    out += to_string(net::IpAddress(first));
    if (first != last) out += "-" + to_string(net::IpAddress(last));
    out += "\n";
  }
  return out;
}

std::string cidr_text(const targets::AddressSet& targets) {
  std::string out;
  for (const auto& [first, last] : targets.v4.ranges()) append_prefixes(out, first, last);
  for (const auto& [first, last] : targets.v6.ranges()) append_prefixes(out, first, last);
  return out;
}

}  // namespace masscan::cli
