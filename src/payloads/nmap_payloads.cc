// The parser of nmap-payloads; payload.h has the grammar.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "banner/udp_protocol.h"
#include "base/text.h"
#include "payloads/payload.h"
#include "payloads/udp_ports.h"

namespace masscan::payloads {
namespace {

class Parser {
 public:
  Parser(std::string_view text, std::string_view path) : text_(text), path_(path) {}

  Result<std::vector<Payload>> parse() {
    std::vector<Payload> payloads;
    while (skip_blanks()) payloads.push_back(TRY(parse_payload()));
    if (payloads.empty()) return usage_error("{}: holds no payload", path_);
    return payloads;
  }

 private:
  Result<Payload> parse_payload() {
    Payload payload;
    payload.name = place();
    if (const std::string_view word = take_word(); word != "udp") {
      return usage_error("{}: '{}' is not the word udp, with which a payload begins", payload.name,
                         excerpt(word));
    }
    if (!skip_blanks() || peek() == '"') {
      return usage_error("{}: names no ports; write e.g. udp 53,5353 \"...\"", place());
    }
    const std::string ports_place = place();
    payload.ports = TRY(parse_udp_ports(take_word(), ports_place));
    if (!skip_blanks() || peek() != '"') {
      return usage_error("{}: has no bytes; write them as \"...\" behind the ports", place());
    }
    while (skip_blanks() && peek() == '"') TRY(parse_string(payload.bytes));
    TRY(parse_source());
    return payload;
  }

  // Parses the optional source port behind the strings.
  Result<void> parse_source() {
    if (!rest().starts_with("source")) return {};
    take_word();
    skip_blanks();
    const std::string number_place = place();
    const std::string_view number = take_word();
    if (parse_number<std::uint16_t>(number)) return {};
    return usage_error("{}: '{}' is no source port; write a number up to 65535", number_place,
                       excerpt(number));
  }

  Result<void> parse_string(std::string& bytes) {
    const std::string start = place();
    ++at_;
    while (at_ < text_.size() && peek() != '"' && peek() != '\n') {
      if (peek() != '\\') {
        bytes += text_[at_++];
        continue;
      }
      ++at_;
      const auto byte = take_escape();
      if (!byte) {
        return usage_error("{}: no such escape '\\{}'; write e.g. \\x00", place(),
                           rest().substr(0, 1));
      }
      bytes += *byte;
    }
    if (at_ == text_.size() || peek() == '\n') {
      return usage_error("{}: a string does not end on its line; add a \"", start);
    }
    ++at_;
    if (bytes.size() <= banner::kMaxUdpRequest) return {};
    return usage_error("{}: the payload is longer than {} bytes", start, banner::kMaxUdpRequest);
  }

  // Takes what stands behind the backslash.
  std::optional<char> take_escape() {
    if (at_ == text_.size()) return std::nullopt;
    if (peek() == 'x') {
      const std::string_view digits = rest().substr(1, 2);
      const auto byte = parse_number<std::uint8_t>(digits, 16);
      if (!byte || digits.size() < 2) return std::nullopt;
      at_ += 3;
      return byte;
    }
    const std::size_t digits = std::min<std::size_t>(
        rest().substr(0, 3).find_first_not_of("01234567"), rest().substr(0, 3).size());
    if (digits > 0) {
      const auto byte = parse_number<std::uint8_t>(rest().substr(0, digits), 8);
      if (byte) at_ += digits;
      return byte;
    }
    static constexpr std::string_view kLetters = "nrtabfv\\\"";
    static constexpr std::string_view kBytes = "\n\r\t\a\b\f\v\\\"";
    const std::size_t letter = kLetters.find(peek());
    if (letter == std::string_view::npos) return std::nullopt;
    ++at_;
    return kBytes[letter];
  }

  std::string_view take_word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_blank(peek()) && peek() != '"' && peek() != '#') ++at_;
    return text_.substr(start, at_ - start);
  }

  // Skips blanks and comments. False at the end of the file.
  bool skip_blanks() {
    while (at_ < text_.size() && (is_blank(peek()) || peek() == '#')) {
      at_ = peek() == '#' ? std::min(text_.find('\n', at_), text_.size()) : at_ + 1;
    }
    return at_ < text_.size();
  }

  char peek() const { return text_[at_]; }
  std::string_view rest() const { return text_.substr(at_); }
  // Lines are counted as the parser advances, since each payload asks.
  std::string place() {
    line_ += static_cast<std::size_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                   text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    counted_ = at_;
    return fmt::format("{}:{}", path_, line_);
  }

  std::string_view text_;
  std::string_view path_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;     // at `counted_`
  std::size_t counted_ = 0;  // at most `at_`
};

}  // namespace

Result<std::vector<Payload>> parse_nmap_payloads(std::string_view text, std::string_view path) {
  return Parser(text, path).parse();
}

}  // namespace masscan::payloads
