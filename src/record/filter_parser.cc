// Filter::parse: recursive descent, one function per line of the grammar in filter.h.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.h"
#include "record/filter.h"

namespace masscan::record {
namespace {

constexpr int kDeepest = 50;  // nested brackets and negations

enum class Operator : std::uint8_t { kEq, kNe, kLe, kGe, kLt, kGt, kContains };

struct Spelling {
  std::string_view text;
  Operator meaning;
};
// No operator is a prefix of a later one.
constexpr std::array<Spelling, 7> kOperators = {{{"==", Operator::kEq},
                                                 {"!=", Operator::kNe},
                                                 {"<=", Operator::kLe},
                                                 {">=", Operator::kGe},
                                                 {"<", Operator::kLt},
                                                 {">", Operator::kGt},
                                                 {"~", Operator::kContains}}};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_.:/-").find(c) != std::string_view::npos;
}

bool is_number(Column column) {
  return column == Column::kPort || column == Column::kTtl || column == Column::kTime;
}

std::uint64_t largest(Column column) {
  if (column == Column::kPort) return 0xffff;
  if (column == Column::kTtl) return 0xff;
  return std::numeric_limits<std::uint32_t>::max();
}

// Returns the words that a column may hold; empty if it may hold any text.
std::string_view words_of(Column column) {
  if (column == Column::kType) return "status, banner";
  if (column == Column::kState) {
    return "open, closed, filtered, unfiltered, open|filtered, up, unknown";
  }
  if (column == Column::kProto) return "tcp, udp, sctp, icmp, arp, err";
  if (column == Column::kSuspect) {
    return "zero-window, no-options, copied-isn, same-isn, dense-host, dense-prefix, any-port";
  }
  return {};
}

bool is_one_of(std::string_view word, std::string_view words) {
  while (!words.empty()) {
    const std::string_view one = words.substr(0, words.find(", "));
    if (one == word) return true;
    words.remove_prefix(std::min(words.size(), one.size() + 2));
  }
  return false;
}

// Splits "a-b", or "a" alone.
std::pair<std::string_view, std::string_view> ends(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {text, text};
  return {text.substr(0, dash), text.substr(dash + 1)};
}

std::optional<net::AddressRange> parse_prefix(std::string_view text, std::size_t slash) {
  const auto address = net::IpAddress::parse(text.substr(0, slash));
  const auto length = parse_number<std::uint8_t>(text.substr(slash + 1));
  if (!address || !length || *length > (address->is_v4() ? 32 : 128)) return std::nullopt;
  return net::Prefix{*address, *length}.range();
}

std::optional<net::AddressRange> parse_addresses(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) return parse_prefix(text, slash);
  const auto [first, last] = ends(text);
  const auto low = net::IpAddress::parse(first);
  const auto high = net::IpAddress::parse(last);
  if (!low || !high || low->family() != high->family() || *high < *low) return std::nullopt;
  return net::AddressRange{*low, *high};
}

}  // namespace

class FilterParser {
 public:
  FilterParser(std::string_view text, std::string_view place) : text_(text), place_(place) {}

  Result<Filter> parse() {
    Filter::Node root = TRY(any(0));
    skip_blanks();
    if (at_ < text_.size()) return error("expected && or || here");
    return Filter(std::string(text_), std::move(root));
  }

 private:
  using Node = Filter::Node;
  using Test = Filter::Test;

  Result<Node> any(int depth) {
    Node node{.kind = Node::Kind::kAny};
    do node.parts.push_back(TRY(all(depth)));
    while (take("||"));
    return node;
  }

  Result<Node> all(int depth) {
    Node node{.kind = Node::Kind::kAll};
    do node.parts.push_back(TRY(one(depth)));
    while (take("&&"));
    return node;
  }

  Result<Node> one(int depth) {
    if (depth > kDeepest) return error("too many brackets inside each other");
    skip_blanks();
    if (take("!")) return negated(TRY(one(depth + 1)));
    if (!take("(")) return comparison();
    Node node = TRY(any(depth + 1));
    if (!take(")")) return error("expected ')' here");
    return node;
  }

  Result<Node> comparison() {
    skip_blanks();
    const std::size_t begin = at_;
    const std::string word = to_lower(take_word());
    const auto column = parse_column(word);
    if (!column) {
      at_ = begin;
      return error("expected a field here: " + to_string(columns()));
    }
    if (*column == Column::kSuspect && ends_here()) return suspect_test();
    const Operator op = TRY(take_operator());
    skip_blanks();
    value_at_ = at_;
    const std::string value = TRY(take_value());
    if (*column == Column::kIp) return address_test(op, value);
    return is_number(*column) ? number_test(*column, op, value) : text_test(*column, op, value);
  }

  // The field alone: true for any suspicion.
  Result<Node> suspect_test() { return negated({.test = {.column = Column::kSuspect}}); }

  // Returns true at the end of a comparison.
  bool ends_here() {
    skip_blanks();
    return at_ == text_.size() ||
           std::string_view("&|)").find(text_[at_]) != std::string_view::npos;
  }

  Result<Node> address_test(Operator op, const std::string& value) {
    const auto addresses = parse_addresses(value);
    if (!addresses) {
      return value_error("is no address, prefix or range, such as 10.0.0.0/8", value);
    }
    return with_equality(op, {.column = Column::kIp, .addresses = *addresses});
  }

  Result<Node> number_test(Column column, Operator op, const std::string& value) {
    const auto [first, last] = ends(value);
    const auto low = parse_number<std::uint64_t>(first);
    const auto high = parse_number<std::uint64_t>(last);
    const std::uint64_t most = largest(column);
    if (!low || !high || *low > *high || *high > most) {
      return value_error(fmt::format("is no number or range from 0 to {}", most), value);
    }
    Test test{.column = column, .least = *low, .most = *high};
    if (op == Operator::kEq || op == Operator::kNe) return with_equality(op, std::move(test));
    if (op == Operator::kContains || *low != *high) {
      return value_error(fmt::format("cannot be compared like this; {} takes a number with < <= > "
                                     ">=, a number or range with == !=",
                                     name(column)),
                         value);
    }
    // "Below 80" is the negation of "80 or more".
    const bool is_negated = op == Operator::kLt || op == Operator::kLe;
    test.least = *low + (op == Operator::kGt || op == Operator::kLe ? 1 : 0);
    test.most = std::numeric_limits<std::uint64_t>::max();
    Node node{.test = std::move(test)};
    return is_negated ? negated(std::move(node)) : node;
  }

  Result<Node> text_test(Column column, Operator op, const std::string& value) {
    if (op == Operator::kContains) {
      return Node{.test = {.column = column, .kind = Test::Kind::kContains, .text = value}};
    }
    const std::string_view words = words_of(column);
    if (!words.empty() && !is_one_of(value, words)) {
      return value_error(fmt::format("is no {}; use one of {}", name(column), words), value);
    }
    return with_equality(op, {.column = column, .text = value});
  }

  Result<Node> with_equality(Operator op, Test test) {
    Node node{.test = std::move(test)};
    if (op == Operator::kEq) return node;
    if (op == Operator::kNe) return negated(std::move(node));
    at_ = value_at_;
    return error(fmt::format("{} can be compared with == and != only", name(node.test.column)));
  }

  static Node negated(Node node) {
    Node negation{.kind = Node::Kind::kNot};
    negation.parts.push_back(std::move(node));
    return negation;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  bool take(std::string_view literal) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }

  std::string_view take_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Result<Operator> take_operator() {
    for (const Spelling& spelling : kOperators) {
      if (take(spelling.text)) return spelling.meaning;
    }
    return error("expected one of == != < <= > >= ~ here");
  }

  // Reads a word, or a text in double quotes, in which a backslash escapes the next character.
  Result<std::string> take_value() {
    if (!take("\"")) {
      const std::string_view word = take_word();
      if (word.empty()) return error("expected a value here; put it in double quotes");
      return std::string(word);
    }
    std::string value;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return value;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_];
    }
    at_ = value_at_;
    return error("the quotes that begin here do not end");
  }

  Error value_error(std::string_view complaint, std::string_view value) {
    at_ = value_at_;
    return error(fmt::format("'{}' {}", printable(value), complaint));
  }

  Error error(std::string_view complaint) const {
    return usage_error("{}: column {}: {}", place_, at_ + 1, complaint);
  }

  std::string_view text_;
  std::string_view place_;
  std::size_t at_ = 0;
  std::size_t value_at_ = 0;
};

Result<Filter> Filter::parse(std::string_view text, std::string_view place) {
  return FilterParser(text, place).parse();
}

}  // namespace masscan::record
