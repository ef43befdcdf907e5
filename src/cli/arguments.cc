#include "cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/options/table.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kMostAdapter = 7;  // masscan's

// True for words that a kOptional option takes as its value.
bool is_optional_value(std::string_view word) {
  return std::all_of(word.begin(), word.end(), is_digit) || parse_boolean(word).has_value();
}

// True for words that a kSeveral option takes; "-" is standard input.
bool is_value(std::string_view word) { return !word.starts_with('-') || word == "-"; }

bool is_option(std::string_view word) {
  return word.starts_with("--") || (word.size() > 1 && find_short(word) != nullptr);
}

Result<void> check_number(OptionUse& use, std::uint64_t most, std::string_view example) {
  const auto number = parse_number<std::uint64_t>(use.index.value_or(""));
  if (!number || *number > most) {
    return usage_error("{}: the index is a number from 0 to {}; write {}[{}]", use.place, most,
                       use.option->name, example);
  }
  use.index = fmt::format("{}", *number);
  return {};
}

// Parses the words in one pass from left to right.
class Parser {
 public:
  explicit Parser(std::span<const std::string> words) : words_(words) {}

  Result<std::vector<OptionUse>> parse() {
    for (; at_ < words_.size(); ++at_) TRY(parse_word(words_[at_]));
    return std::move(uses_);
  }

 private:
  Result<void> parse_word(std::string_view word) {
    if (word.starts_with("--")) return parse_long(word);
    if (word.starts_with("-") && word.size() > 1) return parse_short(word);
    return parse_target(word);
  }

  Result<void> parse_long(std::string_view word) {
    std::string_view name = word.substr(2);
    std::optional<std::string> value;
    std::size_t end = name.find('=');
    if (end == std::string_view::npos) end = name.find(':');
    if (end != std::string_view::npos) {
      value = name.substr(end + 1);
      name = name.substr(0, end);
    }
    const std::string written(word.substr(0, name.size() + 2));
    const IndexedName indexed = TRY(parse_indexed_name(name, written));
    const Option* option = find_long(indexed.name);
    if (option == nullptr) {
      return usage_error("{}: no such option{}", excerpt(written), suggestion(indexed.name, "--"));
    }
    return add({option, written, indexed.index, std::move(value), written});
  }

  Result<void> parse_short(std::string_view word) {
    if (const Option* option = find_short(word)) {
      return add({option, std::string(word), {}, {}, std::string(word)});
    }
    if (TRY(parse_repeated(word))) return {};
    if (TRY(parse_glued(word))) return {};
    return usage_error("{}: no such option{}", excerpt(word), suggestion(word, "--"));
  }

  // "-vvv"
  Result<bool> parse_repeated(std::string_view word) {
    const Option* option = find_short(word.substr(0, 2));
    if (option == nullptr || !option->is_repeated) return false;
    if (word.find_first_not_of(word[1], 1) != std::string_view::npos) return false;
    const std::string name(word.substr(0, 2));
    uses_.insert(uses_.end(), word.size() - 1, {option, name, {}, {}, name});
    return true;
  }

  // "-p80", "-oLfile" and "-PS22": finds the longest short form that takes a value.
  Result<bool> parse_glued(std::string_view word) {
    for (std::size_t length = std::min(word.size() - 1, kLongestShort); length >= 2; --length) {
      const std::string name(word.substr(0, length));
      const Option* option = find_short(name);
      if (option == nullptr || option->arity == Arity::kFlag) continue;
      TRY(add({option, name, {}, std::string(word.substr(length)), name}));
      return true;
    }
    return false;
  }

  Result<void> parse_target(std::string_view word) {
    const std::string place = fmt::format("argument {}", at_ + 1);
    if (word.empty()) return usage_error("{}: is empty; leave it out", place);
    TRY(check_no_option(word, place));
    static const Option* const range = find_long("range");
    uses_.push_back({range, std::string(word), {}, std::string(word), place});
    return {};
  }

  // Refuses a word that is probably an option without dashes or the value of a flag, not a host
  // name.
  Result<void> check_no_option(std::string_view word, std::string_view place) const {
    const std::string_view name = word.substr(0, word.find('='));
    if (find_long(name) != nullptr) {
      return usage_error("{}: '{}' is not a target; did you mean --{}?", place, word, word);
    }
    const bool after_flag = !uses_.empty() && uses_.back().option->arity == Arity::kFlag;
    if (after_flag && parse_boolean(word)) {
      const std::string& flag = uses_.back().name;
      return usage_error("{}: '{}' is not a target; write {}={}", place, word, flag, word);
    }
    return {};
  }

  // Adds an option; takes its value from the next word if necessary.
  Result<void> add(OptionUse use) {
    TRY(check_index(use));
    if (!use.value) TRY(take_value(use));
    if (use.value && use.value->empty()) return missing_value(use);
    uses_.push_back(std::move(use));
    return {};
  }

  Result<void> take_value(OptionUse& use) {
    const bool has_next = at_ + 1 < words_.size();
    switch (use.option->arity) {
      case Arity::kFlag:
        return {};
      case Arity::kOptional:
        if (has_next && use.name.starts_with("--") && is_optional_value(words_[at_ + 1])) {
          use.value = words_[++at_];
        }
        return {};
      case Arity::kRequired:
        if (!has_next) return missing_value(use);
        if (is_option(words_[at_ + 1])) {
          return usage_error("{}: the value is missing, '{}' is the next option; write {}",
                             use.place, words_[at_ + 1], example(use));
        }
        use.value = words_[++at_];
        return {};
      case Arity::kSeveral:
        if (!has_next || !is_value(words_[at_ + 1])) return missing_value(use);
        take_all_but_last(use);
        use.value = words_[++at_];
        return {};
    }
    return {};
  }

  // Treats every value as one use of the option, as if its name stood before it.
  void take_all_but_last(const OptionUse& use) {
    for (; at_ + 2 < words_.size() && is_value(words_[at_ + 2]); ++at_) {
      uses_.push_back(use);
      uses_.back().value = words_[at_ + 1];
    }
  }

  static Error missing_value(const OptionUse& use) {
    return usage_error("{}: the value is missing; write {}", use.place, example(use));
  }

  // "--rate PPS" or "--offline=true"
  static std::string example(const OptionUse& use) {
    const bool is_flag = use.option->arity == Arity::kFlag;
    return use.name + (is_flag ? "=true" : fmt::format(" {}", use.option->value_name));
  }

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  std::vector<OptionUse> uses_;
};

}  // namespace

Result<std::vector<OptionUse>> parse_arguments(std::span<const std::string> arguments) {
  return Parser(arguments).parse();
}

Result<IndexedName> parse_indexed_name(std::string_view text, std::string_view place) {
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos) return IndexedName{text, {}};
  if (!text.ends_with(']')) {
    return usage_error("{}: the ']' is missing; write it at the end of the name", place);
  }
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  return IndexedName{text.substr(0, open), std::string(inside)};
}

Result<void> check_index(OptionUse& use) {
  switch (use.option->index) {
    case Index::kNone:
      if (!use.index) return {};
      return usage_error("{}: this option takes no index; leave out [{}]", use.place, *use.index);
    case Index::kAdapter:
      return use.index ? check_number(use, kMostAdapter, "0") : Result<void>();
    case Index::kPort:
      return check_number(use, 65535, "80");
    case Index::kField:
      return {};
  }
  return {};
}

}  // namespace masscan::cli
