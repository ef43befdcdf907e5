#include "cli/help/origins.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

constexpr std::size_t kShown = 4;

std::vector<std::string_view> rows_of(const Option& option) {
  if (option.echoed_in.empty()) return {option.name};
  return split_words(option.echoed_in);
}

}  // namespace

void Origins::note(const OptionUse& use) {
  for (const std::string_view row : rows_of(*use.option)) {
    Places& places = by_row_[row];
    if (places.last.size() == kShown) {
      places.last.erase(places.last.begin());
      ++places.dropped;
    }
    places.last.push_back(use.place);
  }
}

void Origins::reset(const Option& option) {
  for (const std::string_view row : rows_of(option)) by_row_.erase(row);
}

std::string Origins::describe(const Option& option) const {
  const auto found = by_row_.find(option.name);
  if (found == by_row_.end()) return "chosen by masscan";
  const auto& [last, dropped] = found->second;
  std::string text = "from " + last.back();
  std::string_view joint = ", after ";
  for (auto place = last.rbegin() + 1; place != last.rend(); ++place) {
    text += joint;
    text += *place;
    joint = ", ";
  }
  if (dropped > 0) text += fmt::format(" and {} more", dropped);
  return printable(text);
}

}  // namespace masscan::cli
