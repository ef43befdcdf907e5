#include "format/append.h"

#include <array>
#include <utility>

namespace masscan::format {
namespace {

// A number followed by a dot.
struct Octet {
  std::array<char, 4> text{};
  std::uint8_t length = 0;
};

constexpr std::array<Octet, 256> octets() {
  std::array<Octet, 256> table{};
  for (unsigned value = 0; value < table.size(); ++value) {
    Octet& octet = table[value];
    for (const unsigned unit : {100u, 10u, 1u}) {
      if (value < unit && unit > 1) continue;
      octet.text[octet.length++] = static_cast<char>('0' + value / unit % 10);
    }
    octet.text[octet.length] = '.';
  }
  return table;
}
constexpr std::array<Octet, 256> kOctets = octets();

// Copies all four characters; the next piece overwrites the excess.
char* print_octet(char* to, std::uint8_t value) {
  const Octet& octet = kOctets[value];
  std::copy(octet.text.begin(), octet.text.end(), to);
  return to + octet.length;
}

// Out of line: inlining this rare path slows the IPv4 path.
[[gnu::noinline]] char* print_v6(char* to, const net::IpAddress& address) {
  return print(to, std::string_view(net::to_string(address)));
}

// Makes "00", "01", ... "99".
constexpr std::array<std::array<char, 2>, 100> pairs() {
  std::array<std::array<char, 2>, 100> table{};
  for (std::size_t value = 0; value < table.size(); ++value) {
    table[value] = {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
  }
  return table;
}
constexpr std::array<std::array<char, 2>, 100> kPairs = pairs();

char* print_pair(char* to, std::uint32_t value) {
  return std::copy(kPairs[value].begin(), kPairs[value].end(), to);
}

// A word of at most 16 bytes. All are copied; the next piece overwrites the excess.
struct Word {
  constexpr explicit Word(std::string_view name) : length(name.size()) {
    std::copy(name.begin(), name.end(), text.begin());
  }

  std::array<char, kMostWordBytes> text{};
  std::size_t length;
};

constexpr std::array kTransports = {Word(record::protocol_name(net::Transport::kTcp)),
                                    Word(record::protocol_name(net::Transport::kUdp)),
                                    Word(record::protocol_name(net::Transport::kSctp)),
                                    Word(record::protocol_name(net::Transport::kIcmp)),
                                    Word(record::protocol_name(net::Transport::kArp)),
                                    Word(record::protocol_name(net::Transport::kIp))};
constexpr auto kStates = []<std::size_t... number>(std::index_sequence<number...>) {
  return std::array{Word(record::name(record::state_of(number)))...};
}
(std::make_index_sequence<record::kPortStates>());

char* print_word(char* to, const Word& word) {
  std::copy(word.text.begin(), word.text.end(), to);
  return to + word.length;
}

}  // namespace

char* print(char* to, std::uint8_t number) { return print_octet(to, number); }

char* print(char* to, std::uint16_t number) {
  if (number < kOctets.size()) return print_octet(to, static_cast<std::uint8_t>(number));
  if (number >= 1000) to = print_octet(to, static_cast<std::uint8_t>(number / 1000));
  *to = static_cast<char>('0' + number / 100 % 10);
  return print_pair(to + 1, number % 100u);
}

char* print(char* to, WallTime time) {
  const std::int64_t seconds = record::unix_seconds(time);
  if (seconds < 1'000'000'000 || seconds >= 10'000'000'000) {
    return std::to_chars(to, to + most_bytes(time), seconds).ptr;
  }
  // For the years 2001 to 2286: all digits are computed independently.
  const auto digits = static_cast<std::uint64_t>(seconds);
  const auto high = static_cast<std::uint32_t>(digits / 1'000'000);
  const auto low = static_cast<std::uint32_t>(digits % 1'000'000);
  to = print_pair(to, high / 100);
  to = print_pair(to, high % 100);
  to = print_pair(to, low / 10'000);
  to = print_pair(to, low / 100 % 100);
  return print_pair(to, low % 100);
}

char* print(char* to, net::Transport transport) {
  return print_word(to, kTransports[static_cast<std::size_t>(transport)]);
}

char* print(char* to, record::PortState state) {
  return print_word(to, kStates[static_cast<std::size_t>(state)]);
}

char* print(char* to, const net::IpAddress& address) {
  if (address.is_v6()) return print_v6(to, address);
  const std::uint32_t number = address.v4().number();
  for (const int shift : {24, 16, 8}) {
    to = print_octet(to, static_cast<std::uint8_t>(number >> shift)) + 1;
  }
  return print_octet(to, static_cast<std::uint8_t>(number));
}

}  // namespace masscan::format
