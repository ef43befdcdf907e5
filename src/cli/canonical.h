// Values as --echo writes them: checked, in one spelling, and empty where they are the default. For
// settings that are kept as text (planned.h).
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/option.h"
#include "cli/value.h"

namespace masscan::cli {

// "true".
Result<std::string> canonical_flag(const Given& given);
Result<std::string> canonical_seconds(const Given& given);
// A span of time in seconds: "90", "10 min", "hourly".
Result<std::string> canonical_span(const Given& given);
// The same; "-1h" is an hour before the end of the day.
Result<std::string> canonical_offset(const Given& given);
// Bytes: "512", "10m", "1 GiB"; units are powers of 1024.
Result<std::string> canonical_size(const Given& given);
// Without slashes at its end.
Result<std::string> canonical_directory(const Given& given);
// "IP", "IP:PORT" or masscan's own "IP PORT"; an IPv6 address in brackets.
Result<std::string> canonical_redis(const Given& given);
Result<std::string> canonical_base64(const Given& given);
// "Name:value"; what stands in brackets behind the option, if anything, is the name.
Result<std::string> canonical_header(const Given& given);
// One of blank-separated words, in any case.
Result<std::string> canonical_word(const Given& given, std::string_view words);

template <std::uint64_t least, std::uint64_t most, std::uint64_t usual>
Result<std::string> canonical_integer(const Given& given) {
  const std::uint64_t number = TRY(parse_integer(given, least, most));
  return number == usual ? std::string() : fmt::format("{}", number);
}

}  // namespace masscan::cli
