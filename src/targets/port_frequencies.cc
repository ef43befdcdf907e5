#include "targets/port_frequencies.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace masscan::targets {
namespace {

struct Frequency {
  double share = 0;  // of the hosts that were asked
  std::uint16_t port = 0;
};

// Returns the next word, or nothing at a comment, and removes it.
std::string_view take_word(std::string_view& line) {
  line = trim(line);
  const std::string_view word = line.substr(0, line.find_first_of(" \t#"));
  line.remove_prefix(word.size());
  return word;
}

std::optional<Frequency> parse_line(std::string_view line, std::string_view transport) {
  take_word(line);  // the name
  const std::string_view number = take_word(line);
  const std::size_t slash = std::min(number.find('/'), number.size());
  if (number.substr(slash) != fmt::format("/{}", transport)) return std::nullopt;
  const auto port = parse_number<std::uint16_t>(number.substr(0, slash));
  const auto share = parse_double(take_word(line));
  const bool is_open = share && *share > 0;
  if (!is_open || port.value_or(0) == 0) return std::nullopt;
  return Frequency{*share, *port};
}

}  // namespace

std::vector<std::uint16_t> ports_by_frequency(std::string_view text, net::Transport transport) {
  std::vector<Frequency> found;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (const auto frequency = parse_line(line, name(transport))) found.push_back(*frequency);
  }
  // Of ports that are open equally often, the lower number goes first.
  std::ranges::sort(found, [](const Frequency& a, const Frequency& b) {
    return a.share != b.share ? a.share > b.share : a.port < b.port;
  });
  std::vector<std::uint16_t> ports;
  for (const Frequency& frequency : found) ports.push_back(frequency.port);
  return ports;
}

}  // namespace masscan::targets
