// Parsers for settings that are kept as text (unsupported.h). They check a value and return it as
// --echo writes it: in one spelling, and empty if it is the default.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/options/option.h"
#include "cli/options/value.h"

namespace masscan::cli {

// "true".
Result<std::string> canonical_flag(const OptionUse& use);
Result<std::string> canonical_seconds(const OptionUse& use);
Result<std::string> canonical_base64(const OptionUse& use);
// Returns "Name:value". The index of the option is the name, if there is one.
Result<std::string> canonical_header(const OptionUse& use);
// Accepts one of the blank-separated words, in any case.
Result<std::string> canonical_word(const OptionUse& use, std::string_view words);

template <std::uint64_t least, std::uint64_t most, std::uint64_t usual>
Result<std::string> canonical_integer(const OptionUse& use) {
  const std::uint64_t number = TRY(parse_integer(use, least, most));
  return number == usual ? std::string() : fmt::format("{}", number);
}

// Returns the position at which a comment begins in the text behind '='; the end if there is none.
std::size_t find_comment(std::string_view text);
// Quotes a value if parse_config would otherwise read another value back.
std::string quoted_if_needed(std::string_view value);

}  // namespace masscan::cli
