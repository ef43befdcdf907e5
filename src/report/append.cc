#include "report/append.h"

#include <array>

namespace masscan::report {
namespace {

struct Octet {
  std::array<char, 3> digits{};
  std::uint8_t length = 0;
};

constexpr std::array<Octet, 256> octets() {
  std::array<Octet, 256> table{};
  for (unsigned value = 0; value < table.size(); ++value) {
    Octet& octet = table[value];
    for (const unsigned unit : {100u, 10u, 1u}) {
      if (value < unit && unit > 1) continue;
      octet.digits[octet.length++] = static_cast<char>('0' + value / unit % 10);
    }
  }
  return table;
}
constexpr std::array<Octet, 256> kOctets = octets();

// All three characters, whatever the length: the next piece overwrites what is too much.
char* print_octet(char* to, std::uint32_t value) {
  const Octet& octet = kOctets[value & 0xff];
  std::copy(octet.digits.begin(), octet.digits.end(), to);
  return to + octet.length;
}

}  // namespace

char* print(char* to, const net::IpAddress& address) {
  if (address.is_v6()) return print(to, std::string_view(net::to_string(address)));
  const std::uint32_t number = address.v4().number();
  for (const int shift : {24, 16, 8}) {
    to = print_octet(to, number >> shift);
    *to++ = '.';
  }
  return print_octet(to, number);
}

}  // namespace masscan::report
