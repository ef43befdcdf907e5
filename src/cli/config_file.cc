#include "cli/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/options/echo_values.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_comment(std::string_view line) {
  return line.empty() || std::ispunct(static_cast<unsigned char>(line.front()));
}

// True for "--rate = 5", which would be a comment because of its first character.
bool is_dashed_option(std::string_view line) {
  const std::size_t begin = line.find_first_not_of('-');
  if (begin == 0 || begin == std::string_view::npos) return false;
  return find_long(trim(line.substr(begin, line.find_first_of("= ", begin) - begin))) != nullptr;
}

// A line and its position in the file, for errors.
class Line {
 public:
  Line(std::string_view text, std::string_view path, std::size_t number)
      : text_(text), path_(path), number_(number) {}

  std::string_view text() const { return text_; }
  // `piece` is a part of the line, or its end.
  std::string place(std::string_view piece) const {
    return fmt::format("{}:{}:{}", path_, number_, piece.data() - text_.data() + 1);
  }

 private:
  std::string_view text_;
  std::string_view path_;
  std::size_t number_;
};

const Option* find_key(std::string_view key) {
  const Option* option = find_long(key);
  return option != nullptr && option->phase != Phase::kInformation ? option : nullptr;
}

Error unknown_key(std::string_view key, const std::string& place) {
  const Option* by_short = find_short(fmt::format("-{}", key));
  if (by_short != nullptr && !by_short->name.empty()) {
    return usage_error("{}: no such option '{}' in a file; write {}", place, key, by_short->name);
  }
  if (find_long(key) != nullptr) {
    return usage_error("{}: '{}' works on the command line only; leave it out", place, key);
  }
  return usage_error("{}: no such option '{}'{}", place, excerpt(key), suggestion(key, ""));
}

// Returns the text between quotes, if at most a comment follows.
std::optional<std::string> parse_quoted(std::string_view text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::string value;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != '"') {
      value += text[at];
    } else if (text.substr(at + 1).starts_with('"')) {
      value += text[at++];
    } else {
      const std::string_view rest = text.substr(at + 1);
      const bool is_end = trim(rest.substr(0, find_comment(rest))).empty();
      return is_end ? std::optional(std::move(value)) : std::nullopt;
    }
  }
  return std::nullopt;
}

Result<OptionUse> parse_line(const Line& line) {
  const std::size_t equals = line.text().find('=');
  const std::string_view key = trim(line.text().substr(0, equals));
  if (equals == std::string_view::npos) {
    return usage_error("{}: no '=' in this line; write key = value", line.place(key));
  }
  std::string_view value = line.text().substr(equals + 1);
  const auto quoted = parse_quoted(trim(value));
  value = trim(quoted ? value : value.substr(0, find_comment(value)));
  const IndexedName indexed = TRY(parse_indexed_name(key, line.place(key)));
  const Option* option = find_key(indexed.name);
  if (option == nullptr) return unknown_key(indexed.name, line.place(key));
  OptionUse use{option,
                std::string(key),
                indexed.index,
                quoted.value_or(std::string(value)),
                fmt::format("{}: {}", line.place(value), key),
                true};
  TRY(check_index(use));
  return use;
}

}  // namespace

Result<std::vector<OptionUse>> parse_config(std::string_view text, std::string_view path) {
  std::vector<OptionUse> uses;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const Line line(text.substr(0, end), path, number);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trim(line.text());
    if (is_dashed_option(content)) {
      return usage_error("{}: keys stand without dashes in a file; write {}", line.place(content),
                         content.substr(content.find_first_not_of('-')));
    }
    if (is_comment(content)) continue;
    OptionUse use = TRY(parse_line(line));
    if (use.value->empty() && use.option->may_be_empty) continue;
    uses.push_back(std::move(use));
  }
  return uses;
}

}  // namespace masscan::cli
