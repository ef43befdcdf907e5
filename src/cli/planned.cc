#include "cli/planned.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/options.h"
#include "cli/settings.h"
#include "cli/canonical.h"

namespace masscan::cli {
namespace {

// Only what is echoed as "name[index]" is kept apart by its index.
std::string index_of(const Given& given) {
  const bool is_apart = given.option->index != Index::kField;
  return is_apart ? given.index.value_or("") : "";
}

}  // namespace

void keep_planned(Settings& settings, const Given& given, std::string_view name,
                  std::string value) {
  std::erase_if(settings.config.planned, [&](const scan::PlannedSetting& other) {
    return other.name == name && other.index == index_of(given);
  });
  if (!value.empty()) add_planned(settings, given, name, std::move(value));
}

void add_planned(Settings& settings, const Given& given, std::string_view name, std::string value) {
  scan::PlannedSetting added{std::string(name), index_of(given), std::move(value), given.place};
  auto& planned = settings.config.planned;
  if (std::find(planned.begin(), planned.end(), added) != planned.end()) return;
  // Sorted as --echo writes them, so that what is read back is equal.
  const auto behind = [](const scan::PlannedSetting& one, const scan::PlannedSetting& other) {
    return one.name < other.name;
  };
  planned.insert(std::upper_bound(planned.begin(), planned.end(), added, behind), std::move(added));
}

void drop_planned(Settings& settings, std::string_view name) {
  std::erase_if(settings.config.planned,
                [&](const scan::PlannedSetting& other) { return other.name == name; });
}

void drop_planned(Settings& settings, std::string_view name, std::string_view value) {
  std::erase_if(settings.config.planned, [&](const scan::PlannedSetting& other) {
    return other.name == name && other.value == value;
  });
}

Result<void> plan_adapter(Settings& settings, const Given& given) {
  Settings checked;
  TRY(given.option->apply(checked, given));
  for (const Option& row : way_options()) {
    if (row.echo == nullptr) continue;
    for (std::string& value : row.echo(checked.config)) {
      if (row.forget != nullptr) {
        add_planned(settings, given, row.name, std::move(value));
      } else {
        keep_planned(settings, given, row.name, std::move(value));
      }
    }
  }
  return {};
}

std::vector<std::string> echo_lines(const Option& option, const scan::Config& config) {
  std::vector<std::string> lines;
  if (option.echo != nullptr) {
    for (const std::string& value : option.echo(config)) {
      lines.push_back(fmt::format("{} = {}", option.name, quoted_if_needed(value)));
    }
  }
  for (const auto& [name, index, value, place] : config.planned) {
    if (name != option.name) continue;
    const std::string brackets = index.empty() ? "" : fmt::format("[{}]", index);
    lines.push_back(fmt::format("{}{} = {}", name, brackets, quoted_if_needed(value)));
  }
  return lines;
}

}  // namespace masscan::cli
