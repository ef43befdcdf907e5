#include "cli/options/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace masscan::cli {
namespace {

bool is_ignored(char c) { return c == '-' || c == '_' || c == '.'; }

// Calls `visit(option, word)` for every long name and alias.
template <typename Visit>
void for_each_name(Visit visit) {
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (!option.name.empty()) visit(option, option.name);
      for (const std::string_view alias : split_words(option.aliases)) visit(option, alias);
    }
  }
}

using Names = std::unordered_map<std::string, const Option*>;

Names all_long() {
  Names names;
  for_each_name([&](const Option& option, std::string_view word) {
    names.emplace(normalize(word), &option);
  });
  return names;
}

Names all_short() {
  Names names;
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      for (const std::string_view word : split_words(option.shorts)) names.emplace(word, &option);
    }
  }
  return names;
}

const Option* find(const Names& names, const std::string& name) {
  const auto found = names.find(name);
  return found != names.end() ? found->second : nullptr;
}

}  // namespace

std::array<Section, 10> sections() {
  return {{
      {"Targets and ports", target_options()},
      {"Order and rate", scan_options()},
      {"Stop, resume and control", resume_options()},
      {"Output", output_options()},
      {"Reading result files", reading_options()},
      {"Probes", packet_options()},
      {"Banners and payloads", banner_options()},
      {"Network", network_options()},
      {"Configuration and the program itself", program_options()},
      {"nmap options that are always on", nmap_options()},
  }};
}

std::string normalize(std::string_view name) {
  std::string normal = to_lower(name);
  std::erase_if(normal, is_ignored);
  return normal;
}

const Option* find_long(std::string_view name) {
  static const Names names = all_long();
  return find(names, normalize(name));
}

const Option* find_short(std::string_view word) {
  static const Names names = all_short();
  return find(names, std::string(word));
}

std::string suggestion(std::string_view name, std::string_view dashes) {
  const std::string normal = normalize(name);
  // A third of the letters may be wrong, at least two; in a short word one.
  const std::size_t most = normal.size() < 4 ? 1 : std::max<std::size_t>(normal.size() / 3, 2);
  std::size_t nearest = most + 1;
  std::string_view best;
  for_each_name([&](const Option&, std::string_view word) {
    if (normal.size() > word.size() + nearest) return;  // at least so many letters are wrong
    const std::size_t distance = edit_distance(normal, normalize(word));
    if (distance < nearest) {
      nearest = distance;
      best = word;
    }
  });
  if (best.empty()) return "; 'masscan --help' lists all options";
  return fmt::format("; did you mean {}{}?", dashes, best);
}

}  // namespace masscan::cli
