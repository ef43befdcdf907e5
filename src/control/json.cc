#include "control/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace masscan::control {

namespace {

constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::string_view kEscaped = "\"\\/\b\f\n\r\t";
constexpr unsigned kFirstBeyondAscii = 0x80;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<JsonField>> parse() {
    std::vector<JsonField> fields;
    TRY(expect('{'));
    if (!take('}')) {
      do {
        fields.push_back(TRY(parse_field()));
        TRY(check_name(fields));
      } while (take(','));
      TRY(expect('}'));
    }
    skip_blanks();
    if (at_ != text_.size()) return bad("the end of the line");
    return fields;
  }

 private:
  Result<JsonField> parse_field() {
    JsonField field;
    TRY(expect('"'));
    field.name = TRY(parse_string());
    TRY(expect(':'));
    field.is_string = take('"');
    field.value = field.is_string ? TRY(parse_string()) : TRY(parse_number_text());
    return field;
  }

  static Result<void> check_name(const std::vector<JsonField>& fields) {
    const std::string& name = fields.back().name;
    const bool is_new = std::none_of(fields.begin(), fields.end() - 1,
                                     [&](const JsonField& field) { return field.name == name; });
    if (is_new) return {};
    return usage_error("field {} stands there twice", quote_json(name));
  }

  // After the opening quote.
  Result<std::string> parse_string() {
    std::string value;
    for (; at_ < text_.size() && !is_control(text_[at_]); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return value;
      }
      value += text_[at_] == '\\' ? TRY(parse_escape()) : text_[at_];
    }
    return bad("a character of a string, or its closing quote");
  }

  // Ends on the last character of the escape.
  Result<char> parse_escape() {
    const char kind = ++at_ < text_.size() ? text_[at_] : '\0';
    if (const std::size_t known = kEscapes.find(kind); known != std::string_view::npos) {
      return kEscaped[known];
    }
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
    const auto code = parse_number<unsigned>(digits, 16);
    if (kind != 'u' || digits.size() != 4 || !code || *code >= kFirstBeyondAscii) {
      return bad("an escape such as \\n or \\u000a");
    }
    at_ += digits.size();
    return static_cast<char>(*code);
  }

  // -12.5e+3, without leading zeros.
  Result<std::string> parse_number_text() {
    const std::size_t start = at_;
    take_one_of("-");
    const bool is_whole = take_one_of("0") || skip_digits();
    const bool has_fraction = !take_one_of(".") || skip_digits();
    bool has_exponent = true;
    if (take_one_of("eE")) {
      take_one_of("+-");
      has_exponent = skip_digits();
    }
    if (!is_whole || !has_fraction || !has_exponent) return bad("a string or a number");
    return std::string(text_.substr(start, at_ - start));
  }

  bool skip_digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > start;
  }

  bool take_one_of(std::string_view characters) {
    const bool is_there =
        at_ < text_.size() && characters.find(text_[at_]) != std::string_view::npos;
    at_ += is_there ? 1 : 0;
    return is_there;
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  // Blanks may stand on both sides of a punctuation mark, but those after an opening quote are
  // text.
  bool take(char mark) {
    skip_blanks();
    const bool is_there = take_one_of({&mark, 1});
    if (is_there && mark != '"') skip_blanks();
    return is_there;
  }

  Result<void> expect(char mark) {
    if (take(mark)) return {};
    return bad(fmt::format("'{}'", mark));
  }

  Error bad(std::string_view expected) const {
    return usage_error("column {}: expected {}", at_ + 1, expected);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<JsonField>> parse_flat_json(std::string_view text) {
  return Parser(text).parse();
}

std::string quote_json(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (is_control(c)) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace masscan::control
