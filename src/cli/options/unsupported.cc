#include "cli/options/unsupported.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/options/echo_values.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

// Returns the index if the setting is echoed as "name[index]", else nothing.
std::string index_of(const OptionUse& use) {
  const bool is_apart = use.option->index != Index::kField;
  return is_apart ? use.index.value_or("") : "";
}

}  // namespace

void keep_unsupported(Settings& settings, const OptionUse& use, std::string_view name,
                      std::string value) {
  std::erase_if(settings.config.unsupported, [&](const setup::UnsupportedSetting& other) {
    return other.name == name && other.index == index_of(use);
  });
  if (!value.empty()) add_unsupported(settings, use, name, std::move(value));
}

void add_unsupported(Settings& settings, const OptionUse& use, std::string_view name,
                     std::string value) {
  setup::UnsupportedSetting added{std::string(name), index_of(use), std::move(value), use.place};
  auto& kept = settings.config.unsupported;
  if (std::find(kept.begin(), kept.end(), added) != kept.end()) return;
  // Sorted in the order of --echo, so that a configuration that is read back is equal.
  const auto behind = [](const setup::UnsupportedSetting& one,
                         const setup::UnsupportedSetting& other) { return one.name < other.name; };
  kept.insert(std::upper_bound(kept.begin(), kept.end(), added, behind), std::move(added));
}

void drop_unsupported(Settings& settings, std::string_view name) {
  std::erase_if(settings.config.unsupported,
                [&](const setup::UnsupportedSetting& other) { return other.name == name; });
}

void drop_unsupported(Settings& settings, std::string_view name, std::string_view value) {
  std::erase_if(settings.config.unsupported, [&](const setup::UnsupportedSetting& other) {
    return other.name == name && other.value == value;
  });
}

Result<void> unsupported_adapter(Settings& settings, const OptionUse& use) {
  Settings checked;
  TRY(use.option->apply(checked, use));
  for (const Option& row : network_options()) {
    if (row.echo == nullptr) continue;
    for (std::string& value : row.echo(checked.config)) {
      if (row.reset != nullptr) {
        add_unsupported(settings, use, row.name, std::move(value));
      } else {
        keep_unsupported(settings, use, row.name, std::move(value));
      }
    }
  }
  return {};
}

std::vector<std::string> echo_lines(const Option& option, const setup::Config& config) {
  std::vector<std::string> lines;
  if (option.echo != nullptr) {
    for (const std::string& value : option.echo(config)) {
      // The values of a port have it in front: "[80] = aGVsbG8K".
      lines.push_back(option.index == Index::kPort
                          ? fmt::format("{}{}", option.name, value)
                          : fmt::format("{} = {}", option.name, quoted_if_needed(value)));
    }
  }
  for (const auto& [name, index, value, place] : config.unsupported) {
    if (name != option.name) continue;
    const std::string brackets = index.empty() ? "" : fmt::format("[{}]", index);
    lines.push_back(fmt::format("{}{} = {}", name, brackets, quoted_if_needed(value)));
  }
  return lines;
}

}  // namespace masscan::cli
