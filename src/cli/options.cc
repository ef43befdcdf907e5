#include "cli/options.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"

namespace masscan::cli {
namespace {

bool is_ignored(char c) { return c == '-' || c == '_' || c == '.'; }

// Calls `visit(word)` for every long name and alias until it says true; that option.
template <typename Visit>
const Option* find_name(Visit visit) {
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (!option.name.empty() && visit(option.name)) return &option;
      for (const std::string_view alias : split_words(option.aliases)) {
        if (visit(alias)) return &option;
      }
    }
  }
  return nullptr;
}

}  // namespace

std::array<Section, 7> sections() {
  return {{
      {"Targets and ports", target_options()},
      {"Order and pace", scan_options()},
      {"Output", output_options()},
      {"Probes", packet_options()},
      {"The way out", way_options()},
      {"Configuration and the program itself", program_options()},
      {"nmap's, always in force", nmap_options()},
  }};
}

std::vector<std::string_view> split_words(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    words.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

std::string normalize(std::string_view name) {
  std::string normal = to_lower(name);
  std::erase_if(normal, is_ignored);
  return normal;
}

const Option* find_long(std::string_view name) {
  const std::string normal = normalize(name);
  if (normal.empty()) return nullptr;
  return find_name([&](std::string_view word) { return normalize(word) == normal; });
}

const Option* find_short(std::string_view word) {
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      const auto shorts = split_words(option.shorts);
      if (std::find(shorts.begin(), shorts.end(), word) != shorts.end()) return &option;
    }
  }
  return nullptr;
}

std::string suggestion(std::string_view name, std::string_view dashes) {
  const std::string normal = normalize(name);
  // Two letters or a third of them may be wrong (one in a short word); beyond that a guess helps
  // nobody.
  const std::size_t most = normal.size() < 4 ? 1 : std::max<std::size_t>(normal.size() / 3, 2);
  std::size_t nearest = most + 1;
  std::string_view best;
  find_name([&](std::string_view word) {
    const std::size_t distance = edit_distance(normal, normalize(word));
    if (distance < nearest) {
      nearest = distance;
      best = word;
    }
    return false;
  });
  if (best.empty()) return "; 'masscan --help' lists all options";
  return fmt::format("; did you mean {}{}?", dashes, best);
}

}  // namespace masscan::cli
