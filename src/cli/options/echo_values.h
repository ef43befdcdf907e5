// Values as --echo writes them: checked, in one spelling, and empty where they are the default. For
// settings that are kept as text (planned.h).
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
// "Name:value"; what stands in brackets behind the option, if anything, is the name.
Result<std::string> canonical_header(const OptionUse& use);
// One of blank-separated words, in any case.
Result<std::string> canonical_word(const OptionUse& use, std::string_view words);

template <std::uint64_t least, std::uint64_t most, std::uint64_t usual>
Result<std::string> canonical_integer(const OptionUse& use) {
  const std::uint64_t number = TRY(parse_integer(use, least, most));
  return number == usual ? std::string() : fmt::format("{}", number);
}

// Where a comment begins in what stands behind '='; its end if there is none.
std::size_t find_comment(std::string_view text);
// A value as a line holds it, so that it is read back: in quotes if need be.
std::string quoted_if_needed(std::string_view value);

}  // namespace masscan::cli
