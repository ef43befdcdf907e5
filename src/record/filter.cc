#include "record/filter.h"

#include <algorithm>

#include "base/text.h"

namespace masscan::record {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains(std::string_view text, std::string_view part) {
  const auto found = std::search(text.begin(), text.end(), part.begin(), part.end(),
                                 [](char one, char other) { return lower(one) == lower(other); });
  return part.empty() || found != text.end();
}

std::uint64_t number_of(Column column, const ResultView& result) {
  if (column == Column::kPort) return result.port().number;
  if (column == Column::kTtl) return result.ttl();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(unix_seconds(result.time()), 0));
}

// Returns what a service said as raw bytes, not escaped.
std::string_view raw_text(Column column, const Banner* banner) {
  if (banner == nullptr) return {};
  return column == Column::kBanner ? banner->text : banner->software;
}

}  // namespace

bool Filter::is_true(const Node& node, const ResultView& result) {
  const auto is_part_true = [&result](const Node& part) { return is_true(part, result); };
  switch (node.kind) {
    case Node::Kind::kTest:
      return holds(node.test, result);
    case Node::Kind::kNot:
      return !is_true(node.parts.front(), result);
    case Node::Kind::kAll:
      return std::all_of(node.parts.begin(), node.parts.end(), is_part_true);
    case Node::Kind::kAny:
      return std::any_of(node.parts.begin(), node.parts.end(), is_part_true);
  }
  return false;
}

bool Filter::holds(const Test& test, const ResultView& result) {
  switch (test.column) {
    case Column::kIp:
      return test.addresses.contains(result.address());
    case Column::kPort:
    case Column::kTtl:
    case Column::kTime: {
      const std::uint64_t number = number_of(test.column, result);
      return test.least <= number && number <= test.most;
    }
    case Column::kProto:
    case Column::kType:
    case Column::kState:
    case Column::kReason:
    case Column::kService:
    case Column::kBanner:
    case Column::kSuspect:
    case Column::kSoftware:
      break;
  }
  std::string text;
  std::string_view value;
  if (test.column == Column::kBanner || test.column == Column::kSoftware) {
    value = raw_text(test.column, result.banner);
  } else {
    append_value(text, test.column, result);
    value = text;
  }
  return test.kind == Test::Kind::kContains ? contains(value, test.text) : value == test.text;
}

}  // namespace masscan::record
