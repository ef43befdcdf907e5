#include "cli/options/echo_values.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/text.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

bool is_word_of(std::string_view word, std::string_view words) {
  const auto all = split_words(words);
  return std::find(all.begin(), all.end(), word) != all.end();
}

Error bad(const OptionUse& use, std::string_view expected) {
  return usage_error("{}: '{}' is not {}", use.place, printable(*use.value), expected);
}

bool is_base64_digit(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/';
}

// A field name of HTTP (RFC 9110, 5.6.2).
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const bool is_alnum = std::isalnum(static_cast<unsigned char>(c)) != 0;
    return is_alnum || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<std::string> canonical_flag(const OptionUse& use) {
  return TRY(parse_flag(use)) ? std::string("true") : std::string();
}

Result<std::string> canonical_seconds(const OptionUse& use) {
  return to_text(TRY(parse_seconds(use)));
}

Result<std::string> canonical_base64(const OptionUse& use) {
  const std::string text = TRY(parse_text(use));
  const std::string_view digits = std::string_view(text).substr(0, text.find('='));
  const std::size_t padding = text.size() - digits.size();
  const bool is_padded = text.find_first_not_of('=', digits.size()) == std::string::npos;
  const bool is_whole = text.size() % 4 == 0 && padding <= 2;
  if (is_padded && is_whole && std::all_of(digits.begin(), digits.end(), is_base64_digit)) {
    return text;
  }
  return bad(use, "base64; make it with base64 -w0");
}

Result<std::string> canonical_header(const OptionUse& use) {
  const std::string text = TRY(parse_text(use));
  const bool is_named = use.index && !use.index->empty();
  const std::size_t colon = is_named ? 0 : std::min(text.find(':'), text.size());
  const std::string name = is_named ? *use.index : text.substr(0, colon);
  if ((!is_named && colon == text.size()) || !is_token(name)) {
    return bad(use, "a header field; write Name:value");
  }
  const std::string_view value = std::string_view(text).substr(is_named ? 0 : colon + 1);
  return fmt::format("{}:{}", name, trim(value));
}

Result<std::string> canonical_word(const OptionUse& use, std::string_view words) {
  std::string word = to_lower(*use.value);
  if (is_word_of(word, words)) return word;
  return usage_error("{}: there is no '{}'; use one of {}", use.place, printable(*use.value),
                     fmt::join(split_words(words), ", "));
}

std::size_t find_comment(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '#' && is_blank(text[at - 1])) return at;
  }
  return text.size();
}

std::string quoted_if_needed(std::string_view value) {
  const bool is_plain =
      !value.starts_with('"') && !value.starts_with('#') && find_comment(value) == value.size();
  if (is_plain) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace masscan::cli
