#include "cli/control_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

namespace masscan::cli {
namespace {

constexpr std::string_view kOption = "--control";

bool is_plain(std::string_view word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalpha(c); });
}

}  // namespace

std::optional<ControlWords> find_control_words(std::span<const std::string> arguments) {
  std::optional<std::string> file;
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string_view word = arguments[at];
    if (word == kOption && at + 1 < arguments.size()) {
      file = arguments[++at];
    } else if (word.starts_with(kOption) && word.substr(kOption.size()).starts_with('=')) {
      file = word.substr(kOption.size() + 1);
    } else if (word.starts_with("--")) {
      return std::nullopt;
    } else {
      words.push_back(word);
    }
  }
  if (!file || words.empty() || !is_plain(words.front())) return std::nullopt;
  return ControlWords{*file, fmt::format("{}", fmt::join(words, " "))};
}

}  // namespace masscan::cli
