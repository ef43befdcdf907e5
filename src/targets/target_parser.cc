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

// The source of a text decides what it may contain and how positions in it are named.
enum class Source { kValue, kFile };

bool is_line_end(int c) { return c == '\n' || c == '\r'; }
bool is_separator(int c) { return c == ',' || c == ' ' || c == '\t' || is_line_end(c); }
// True for '-' and the first byte of a dash in UTF-8, which no word may contain.
bool is_dash_start(int c) { return c == '-' || c == 0x96 || c == 0xe2; }
bool ends_word(int c) {
  return c == TextScanner::kEnd || c == '/' || is_separator(c) || is_dash_start(c);
}

// Writes a word for a message. Bytes other than ASCII are escaped, because the error is often a
// character that looks like a blank.
std::string shown(std::string_view word) {
  constexpr std::size_t kMost = 60;
  std::string text;
  for (const char c : word.substr(0, kMost)) {
    if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return word.size() <= kMost ? text : text + "...";
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Returns what a misplaced word probably means and how to correct it.
std::string_view advice(std::string_view word) {
  const auto has = [word](std::string_view characters) {
    return word.find_first_of(characters) != std::string_view::npos;
  };
  if (has("#;")) return "a comment stands in a file only, behind a blank and '#'";
  if (has("%")) return "leave out '%' and what follows, and choose the interface with -e";
  if (has(":") && (has("]") || net::Ipv4Address::parse(word.substr(0, word.find(':'))))) {
    return "a pair stands alone and has one port from 0 to 65535: 10.0.0.1:80 or [fd09::2]:80";
  }
  if (has("*")) return "wildcards are not supported; write a prefix such as 10.0.0.0/24";
  if (word.ends_with(':')) return "give host names without http:// and path";
  if (is_host_name(word)) {
    return "a host name cannot stand here; give an address (a comment starts with '#')";
  }
  if (!has(":") && std::any_of(word.begin(), word.end(), is_letter)) {
    return "a host name has letters, digits and inner '-' between its dots and does not end in a "
           "number (a comment starts with '#')";
  }
  return "write 10.0.0.1, 10.0.0.0/8, 10.0.0.1-10.0.0.5, fd09::2 or a host name";
}

// Parses the 80 of "10.0.0.1:80".
std::optional<net::Port> parse_pair_port(std::string_view digits) {
  const auto number = parse_number<std::uint16_t>(digits);
  if (!number || digits.size() > 5) return std::nullopt;
  return net::Port{net::Transport::kTcp, *number};
}

bool is_in_brackets(std::string_view word) {
  return word.size() >= 2 && word.front() == '[' && word.back() == ']';
}

std::optional<HostName> parse_name(std::string_view word) {
  const std::size_t colon = std::min(word.find(':'), word.size());
  if (!is_host_name(word.substr(0, colon))) return std::nullopt;
  HostName host{.name = to_lower(word.substr(0, colon)), .port = {}};
  if (colon == word.size()) return host;
  host.port = parse_pair_port(word.substr(colon + 1));
  return host.port ? std::optional(std::move(host)) : std::nullopt;
}

class TargetParser {
 public:
  TargetParser(TextScanner& scanner, std::string_view place, Source source, ListKind kind)
      : scanner_(scanner), place_(place), source_(source), kind_(kind) {}

  Result<void> parse_list() {
    if (source_ == Source::kFile) TRY(skip_byte_order_mark());
    while (skip_to_item()) TRY(parse_item());
    if (!scanner_.read_error().empty()) {
      return usage_error("{}: cannot read: {}", place_, scanner_.read_error());
    }
    return {};
  }

  TargetList take_list() && { return std::move(list_); }
  bool found_any() const { return !list_.empty(); }

 private:
  // Longer than any name with a port; a word of this length is an error.
  static constexpr std::size_t kLongestWord = 272;

  // item = address | address "-" address | address "/" length | address ":" port
  //      | name | name ":" port
  Result<void> parse_item() {
    mark();
    is_first_of_line_ = at_line_start_;
    std::string_view word = read_word();
    if (const auto address = parse_scoped(word)) return parse_after(*address);
    if (!word.empty()) word = read_hyphens(word.size());
    if (const auto pair = parse_pair(word)) return add_pair(*pair, word);
    if (const auto name = parse_name(word)) return add_name(*name, word);
    return not_an_address(word);
  }

  Result<void> parse_after(const net::IpAddress& first) {
    skip_blanks();
    if (scanner_.peek() == '/') return parse_prefix(first);
    if (is_dash_start(scanner_.peek())) return parse_range(first);
    list_.ranges.add({first, first});
    return {};
  }

  Result<void> add_pair(const Target& pair, std::string_view word) {
    if (kind_ != ListKind::kTargets && kind_ != ListKind::kTargetsAndAnyName) {
      return names_a_port(word);
    }
    list_.pairs.add(pair);
    return expect_end_of_item();
  }

  Result<void> add_name(HostName name, std::string_view word) {
    if (kind_ == ListKind::kAddresses) return not_an_address(word);
    if (kind_ == ListKind::kExcludes && name.port) return names_a_port(word);
    if (kind_ == ListKind::kExcludes) name.place = where();
    if (source_ == Source::kFile && kind_ != ListKind::kExcludes) {
      TRY(expect_meant(word, name.name));
    }
    list_.names.push_back(std::move(name));
    return expect_end_of_item();
  }

  // Lists contain words that are not names, such as remarks and column headings, which a search
  // domain may resolve. Names in files need a line of their own and a dot.
  Result<void> expect_meant(std::string_view word, std::string_view name) {
    const bool has_dot = name.find('.') < name.size() - 1;
    if (!has_dot && kind_ != ListKind::kTargetsAndAnyName) {
      return bad(
          "'{}' is neither an IP address nor a host name with a dot; a comment starts with '#', "
          "and --names looks such names up",
          word);
    }
    skip_blanks();
    while (scanner_.take(',')) skip_blanks();
    if (is_first_of_line_ && is_end_of_line(scanner_.peek())) return {};
    return bad(
        "the host name '{}' is not alone on its line, as it has to be in a list; a comment "
        "starts with '#'",
        word);
  }

  static bool is_end_of_line(int c) {
    return c == TextScanner::kEnd || is_line_end(c) || c == '#' || c == ';';
  }

  Result<void> parse_prefix(const net::IpAddress& address) {
    const int longest = address.is_v4() ? 32 : 128;
    mark();
    scanner_.skip();
    skip_blanks();
    const std::string_view word = read_word();
    const auto length = parse_number<std::uint8_t>(word);
    if (!length || *length > longest || word.size() > 3) {
      return bad("'/{}' is not a prefix; after '/' write a number from 0 to {}", shown(word),
                 longest);
    }
    list_.ranges.add(net::Prefix{address, *length}.range());
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
    list_.ranges.add({first, last});
    return expect_end_of_item();
  }

  Result<net::IpAddress> parse_address() {
    mark();
    const std::string_view word = read_word();
    if (const auto address = parse_scoped(word)) return *address;
    return not_an_address(word);
  }

  // Parses "10.0.0.1", "fd09::2", "[fd09::2]" or "fe80::1%eth0", and stores the scope.
  std::optional<net::IpAddress> parse_scoped(std::string_view word) {
    if (word.size() == kLongestWord) return std::nullopt;
    if (const auto v4 = net::Ipv4Address::parse(word)) return *v4;
    if (is_in_brackets(word)) word = word.substr(1, word.size() - 2);
    const std::size_t percent = std::min(word.find('%'), word.size());
    const auto v6 = net::Ipv6Address::parse(word.substr(0, percent));
    if (!v6 || percent == word.size()) return v6;
    if (kind_ == ListKind::kAddresses || percent + 1 == word.size()) return std::nullopt;
    keep_scope(shown(word.substr(percent + 1)));
    return *v6;
  }

  void keep_scope(std::string interface) {
    auto& scopes = list_.scopes;
    if (!scopes.empty() && scopes.back().interface == interface) return;
    scopes.push_back({std::move(interface), where()});
  }

  std::optional<Target> parse_pair(std::string_view word) {
    const std::size_t colon = word.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view before = word.substr(0, colon);
    const auto port = parse_pair_port(word.substr(colon + 1));
    if (!port || (!is_in_brackets(before) && !net::Ipv4Address::parse(before))) return std::nullopt;
    const auto address = parse_scoped(before);
    if (!address) return std::nullopt;
    return Target{*address, *port};
  }

  Error not_an_address(std::string_view word) const {
    if (word.empty()) return bad("an address is missing here; {}", advice(word));
    return bad("'{}' is not an IP address; {}", shown(word), advice(word));
  }

  Error names_a_port(std::string_view word) const {
    return bad("'{}' names a port; only whole addresses can stand here", shown(word));
  }

  // Rejects a second '-' or '/' after blanks, behind anything longer than an address.
  Result<void> expect_end_of_item() {
    skip_blanks();
    mark();
    if (scanner_.peek() != '/' && !is_dash_start(scanner_.peek())) return {};
    return bad(
        "a range, prefix, pair or name cannot be continued; put a ',' between items, or a '#' "
        "before a "
        "comment");
  }

  // Skips separators. Returns true if another item follows.
  bool skip_to_item() {
    at_line_start_ = scanner_.column() == 1;
    const bool after_item = found_any();
    for (;;) {
      const int c = scanner_.peek();
      if (c == TextScanner::kEnd) return false;
      if (is_separator(c) && (c != ',' || after_item)) {
        at_line_start_ = is_line_end(c) || (at_line_start_ && c != ',');
        scanner_.skip();
      } else if (is_comment_start(c)) {
        skip_line();
      } else {
        return true;
      }
    }
  }

  bool is_comment_start(int c) const {
    if (source_ == Source::kValue) return false;
    return c == '#' || c == ';' || (at_line_start_ && (c == '-' || c == '/'));
  }

  void skip_line() {
    while (scanner_.peek() != TextScanner::kEnd && !is_line_end(scanner_.peek())) scanner_.skip();
  }

  void skip_blanks() {
    while (scanner_.take(' ') || scanner_.take('\t')) continue;
  }

  // Skips '-', byte 0x96, or U+2010 to U+2015 (e2 80 90 to e2 80 95).
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

  // Reads a word, at most kLongestWord bytes of it. Valid until: the next call.
  std::string_view read_word() {
    return read_while(0, [](int c) { return !ends_word(c); });
  }

  // Extends the word just read, of this length: '-' is part of a name.
  std::string_view read_hyphens(std::size_t length) {
    return read_while(length, [](int c) { return c == '-' || !ends_word(c); });
  }

  template <typename Predicate>
  std::string_view read_while(std::size_t length, Predicate belongs) {
    for (; length < word_.size() && belongs(scanner_.peek()); scanner_.skip()) {
      word_[length++] = static_cast<char>(scanner_.peek());
    }
    return {word_.data(), length};
  }

  // Remembers the current position for Errors.
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
  ListKind kind_;
  TargetList list_;
  std::array<char, kLongestWord> word_;
  bool at_line_start_ = true;      // of the scanner: only blanks precede it
  bool is_first_of_line_ = false;  // of the current item
  std::size_t line_ = 1;
  std::size_t column_ = 1;
};

}  // namespace

Result<void> parse_targets(std::string_view text, std::string_view place, ListKind kind,
                           TargetList& into) {
  TextScanner scanner(text);
  TargetParser parser(scanner, place, Source::kValue, kind);
  TRY(parser.parse_list());
  if (!parser.found_any()) {
    return usage_error("{}: no address given; write e.g. 10.0.0.0/8 or 10.0.0.1,fd09::2", place);
  }
  into.append(std::move(parser).take_list());
  return {};
}

Result<AddressSet> parse_addresses(std::string_view text, std::string_view place) {
  TargetList list;
  TRY(parse_targets(text, place, ListKind::kAddresses, list));
  AddressSet addresses;
  addresses.add(std::move(list.ranges));
  return addresses;
}

Result<void> load_target_file(const std::string& path, ListKind kind, TargetList& into) {
  const bool is_stdin = path == "-";
  const std::string place = is_stdin ? "standard input" : path;
  UniqueFd file = is_stdin ? files::duplicate(STDIN_FILENO) : files::open(path, O_RDONLY);
  if (!file.is_open()) {
    return usage_error("{}: cannot open this file of addresses: {}", place, last_system_error());
  }
  TextScanner scanner(std::move(file));
  TargetParser parser(scanner, place, Source::kFile, kind);
  TRY(parser.parse_list());
  into.append(std::move(parser).take_list());
  return {};
}

}  // namespace masscan::targets
