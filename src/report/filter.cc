#include "report/filter.h"

#include <algorithm>

#include "base/text.h"

namespace masscan::report {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool contains(std::string_view text, std::string_view part) {
  const auto found = std::search(text.begin(), text.end(), part.begin(), part.end(),
                                 [](char one, char other) { return lower(one) == lower(other); });
  return part.empty() || found != text.end();
}

std::uint64_t number_of(Column column, const Finding& finding) {
  if (column == Column::kPort) return finding.port().number;
  if (column == Column::kTtl) return finding.ttl();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(unix_seconds(finding.time()), 0));
}

}  // namespace

bool Filter::is_true(const Node& node, const Finding& finding) {
  const auto is_part_true = [&finding](const Node& part) { return is_true(part, finding); };
  switch (node.kind) {
    case Node::Kind::kTest:
      return holds(node.test, finding);
    case Node::Kind::kNot:
      return !is_true(node.parts.front(), finding);
    case Node::Kind::kAll:
      return std::all_of(node.parts.begin(), node.parts.end(), is_part_true);
    case Node::Kind::kAny:
      return std::any_of(node.parts.begin(), node.parts.end(), is_part_true);
  }
  return false;
}

bool Filter::holds(const Test& test, const Finding& finding) {
  switch (test.column) {
    case Column::kIp:
      return test.addresses.contains(finding.address());
    case Column::kPort:
    case Column::kTtl:
    case Column::kTime: {
      const std::uint64_t number = number_of(test.column, finding);
      return test.least <= number && number <= test.most;
    }
    case Column::kProto:
    case Column::kType:
    case Column::kState:
    case Column::kReason:
    case Column::kService:
    case Column::kBanner:
      break;
  }
  // The bytes of a banner, not their escapes.
  std::string text;
  if (test.column != Column::kBanner) append_value(text, test.column, finding);
  std::string_view value = text;
  if (test.column == Column::kBanner && finding.banner) value = finding.banner->text;
  return test.kind == Test::Kind::kContains ? contains(value, test.text) : value == test.text;
}

}  // namespace masscan::report
