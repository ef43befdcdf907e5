// Selects the results to write: the expression language of --filter over the columns of a result
// (column.h). docs/formats/filter.md describes it for users.
//
//   filter     = all { "||" all }
//   all        = one { "&&" one }
//   one        = "!" one | "(" filter ")" | field operator value | "suspect"
//   operator   = "==" | "!=" | "<" | "<=" | ">" | ">=" | "~"
//
// Thread: any, for a constant filter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/prefix.h"
#include "record/column.h"

namespace masscan::record {

class Filter {
 public:
  // The Error gives the column of the first bad character, from 1, after `place`.
  static Result<Filter> parse(std::string_view text, std::string_view place);

  bool matches(const ResultView& result) const { return is_true(root_, result); }
  // Returns the text that was parsed.
  const std::string& text() const { return text_; }
  bool operator==(const Filter& other) const { return text_ == other.text_; }

 private:
  friend class FilterParser;

  // The operand of a comparison; the column's kind decides which fields are used.
  struct Test {
    enum class Kind : std::uint8_t { kEqual, kContains };
    Column column = Column::kIp;
    Kind kind = Kind::kEqual;
    std::uint64_t least = 0;  // for numbers: a closed range
    std::uint64_t most = 0;
    net::AddressRange addresses;
    std::string text;
  };
  struct Node {
    enum class Kind : std::uint8_t { kTest, kNot, kAll, kAny };
    Kind kind = Kind::kTest;
    Test test = {};
    std::vector<Node> parts = {};
  };

  Filter(std::string text, Node root) : text_(std::move(text)), root_(std::move(root)) {}

  static bool is_true(const Node& node, const ResultView& result);
  static bool holds(const Test& test, const ResultView& result);

  std::string text_;
  Node root_;
};

}  // namespace masscan::record
