#include "targets/target_parser.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "net/ip_address.h"
#include "net/prefix.h"
#include "targets/text_scanner.h"

namespace masscan::targets {
namespace {

// Where a text comes from decides what it may hold and how places in it are named.
enum class Source { kValue, kFile };

bool is_line_end(int c) { return c == '\n' || c == '\r'; }
bool is_separator(int c) { return c == ',' || c == ' ' || c == '\t' || is_line_end(c); }
// The first byte of a UTF-8 dash counts too: no word may hold it.
bool is_dash_start(int c) { return c == '-' || c == 0x96 || c == 0xe2; }
bool ends_word(int c) {
  return c == TextScanner::kEnd || c == '/' || is_separator(c) || is_dash_start(c);
}

// Foreign bytes, fit to be shown on a terminal.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      shown += c;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return shown;
}

// What is probably meant by a word that is no address, and what to do about it.
std::string_view advice(std::string_view word) {
  const auto has = [word](std::string_view characters) {
    return word.find_first_of(characters) != std::string_view::npos;
  };
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (has("#;")) return "put a blank before a comment; comments stand in files only";
  if (has("%")) return "leave out '%' and what follows, and choose the interface with -e";
  if (has(":") && (has("]") || net::Ipv4Address::parse(word.substr(0, word.find(':'))))) {
    return "address:port pairs are not supported yet; give ports with -p";
  }
  if (has("*")) return "wildcards are not supported; write a prefix such as 10.0.0.0/24";
  if (!has(":") && std::any_of(word.begin(), word.end(), is_letter)) {
    return "host names are not supported yet; give addresses (a comment starts with '#')";
  }
  return "write 10.0.0.1, 10.0.0.0/8, 10.0.0.1-10.0.0.5 or fd09::2";
}

class TargetParser {
 public:
  TargetParser(TextScanner& scanner, std::string_view place, Source source)
      : scanner_(scanner), place_(place), source_(source) {}

  Result<void> parse_list() {
    if (source_ == Source::kFile) TRY(skip_byte_order_mark());
    while (skip_to_item()) TRY(parse_item());
    if (!scanner_.read_error().empty()) {
      return usage_error("{}: cannot read: {}", place_, scanner_.read_error());
    }
    return {};
  }

  AddressRanges take_ranges() && { return std::move(ranges_); }
  bool found_any() const { return !ranges_.v4.empty() || !ranges_.v6.empty(); }

 private:
  // Longer than any address in brackets, so that a cut word is never a good one.
  static constexpr std::size_t kLongestWord = 64;

  // item = address | address "-" address | address "/" length
  Result<void> parse_item() {
    const net::IpAddress first = TRY(parse_address());
    skip_blanks();
    if (scanner_.peek() == '/') return parse_prefix(first);
    if (is_dash_start(scanner_.peek())) return parse_range(first);
    ranges_.add({first, first});
    return {};
  }

  Result<void> parse_prefix(const net::IpAddress& address) {
    const int longest = address.is_v4() ? 32 : 128;
    mark();
    scanner_.skip();
    skip_blanks();
    const std::string_view word = read_word();
    const auto length = parse_number<std::uint8_t>(word);
    if (!length || *length > longest || word.size() > 3) {
      return bad("'/{}' is not a prefix; after '/' write a number from 0 to {}", printable(word),
                 longest);
    }
    ranges_.add(net::Prefix{address, *length}.range());
    return expect_end_of_item();
  }

  Result<void> parse_range(const net::IpAddress& first) {
    TRY(skip_dash());
    skip_blanks();
    const net::IpAddress last = TRY(parse_address());
    if (first.family() != last.family()) {
      return bad("a range cannot go from {} to {}; give IPv4 and IPv6 apart", to_string(first),
                 to_string(last));
    }
    if (last < first) {
      return bad("the range {0}-{1} ends before it starts; write {1}-{0}", to_string(first),
                 to_string(last));
    }
    ranges_.add({first, last});
    return expect_end_of_item();
  }

  Result<net::IpAddress> parse_address() {
    mark();
    const std::string_view word = read_word();
    if (const auto v4 = net::Ipv4Address::parse(word)) return net::IpAddress(*v4);
    const bool in_brackets = word.starts_with('[') && word.ends_with(']');
    const auto v6 = net::Ipv6Address::parse(in_brackets ? word.substr(1, word.size() - 2) : word);
    if (v6) return net::IpAddress(*v6);
    if (word.empty()) return bad("an address is missing here; {}", advice(word));
    return bad("'{}' is not an IP address; {}", printable(word), advice(word));
  }

  // After a range or prefix a blank must not be followed by a second '-' or '/'.
  Result<void> expect_end_of_item() {
    skip_blanks();
    mark();
    if (scanner_.peek() != '/' && !is_dash_start(scanner_.peek())) return {};
    return bad(
        "a range or prefix cannot be continued; put a ',' between items, or a '#' before a "
        "comment");
  }

  // Skips what stands between items; true if there is one more.
  bool skip_to_item() {
    bool at_line_start = scanner_.column() == 1;
    const bool after_item = found_any();
    for (;;) {
      const int c = scanner_.peek();
      if (c == TextScanner::kEnd) return false;
      if (is_separator(c) && (c != ',' || after_item)) {
        at_line_start = is_line_end(c) || (at_line_start && c != ',');
        scanner_.skip();
      } else if (is_comment_start(c, at_line_start)) {
        skip_line();
      } else {
        return true;
      }
    }
  }

  bool is_comment_start(int c, bool at_line_start) const {
    if (source_ == Source::kValue) return false;
    return c == '#' || c == ';' || (at_line_start && (c == '-' || c == '/'));
  }

  void skip_line() {
    while (scanner_.peek() != TextScanner::kEnd && !is_line_end(scanner_.peek())) scanner_.skip();
  }

  void skip_blanks() {
    while (scanner_.take(' ') || scanner_.take('\t')) continue;
  }

  // '-', byte 0x96, or U+2010 to U+2015, which are e2 80 90 to e2 80 95.
  Result<void> skip_dash() {
    mark();
    if (!scanner_.take(0xe2)) {
      scanner_.skip();
      return {};
    }
    const bool is_dash = scanner_.take(0x80) && scanner_.peek() >= 0x90 && scanner_.peek() <= 0x95;
    if (!is_dash) return bad("this character is no dash; write '-' between two addresses");
    scanner_.skip();
    return {};
  }

  Result<void> skip_byte_order_mark() {
    if (scanner_.peek() != 0xef) return {};
    for (const int byte : {0xef, 0xbb, 0xbf}) {
      if (!scanner_.take(byte)) return bad("this file is not plain text; save it as UTF-8");
    }
    scanner_.start_line_here();
    return {};
  }

  // Valid until the next call. Of a longer word only the beginning.
  std::string_view read_word() {
    std::size_t length = 0;
    for (; !ends_word(scanner_.peek()); scanner_.skip()) {
      if (length < word_.size()) word_[length++] = static_cast<char>(scanner_.peek());
    }
    return {word_.data(), length};
  }

  // Errors name this place.
  void mark() {
    line_ = scanner_.line();
    column_ = scanner_.column();
  }

  template <typename... Args>
  Error bad(fmt::format_string<Args...> why, Args&&... args) const {
    const std::string message = fmt::format(why, std::forward<Args>(args)...);
    if (!scanner_.read_error().empty()) {
      return usage_error("{}: cannot read: {}", place_, scanner_.read_error());
    }
    return usage_error("{}: {}", where(), message);
  }

  std::string where() const {
    if (source_ == Source::kFile) return fmt::format("{}:{}:{}", place_, line_, column_);
    if (line_ == 1) return fmt::format("{}, character {}", place_, column_);
    return fmt::format("{}, line {}, character {}", place_, line_, column_);
  }

  TextScanner& scanner_;
  std::string_view place_;
  Source source_;
  AddressRanges ranges_;
  std::array<char, kLongestWord> word_;
  std::size_t line_ = 1;
  std::size_t column_ = 1;
};

}  // namespace

Result<void> parse_targets(std::string_view text, std::string_view place, AddressSet& into) {
  TextScanner scanner(text);
  TargetParser parser(scanner, place, Source::kValue);
  TRY(parser.parse_list());
  if (!parser.found_any()) {
    return usage_error("{}: no address given; write e.g. 10.0.0.0/8 or 10.0.0.1,fd09::2", place);
  }
  into.add(std::move(parser).take_ranges());
  return {};
}

Result<void> load_target_file(const std::string& path, AddressSet& into) {
  const bool is_stdin = path == "-";
  const std::string place = is_stdin ? "standard input" : path;
  UniqueFd file(is_stdin ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return usage_error("{}: cannot open this file of addresses: {}", place, last_system_error());
  }
  TextScanner scanner(std::move(file));
  TargetParser parser(scanner, place, Source::kFile);
  TRY(parser.parse_list());
  into.add(std::move(parser).take_ranges());
  return {};
}

}  // namespace masscan::targets
