// The table of options, in sections, and how a row is found by what was written.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option.h"

namespace masscan::cli {

std::span<const Option> target_options();
std::span<const Option> scan_options();
std::span<const Option> session_options();
std::span<const Option> output_options();
std::span<const Option> packet_options();
std::span<const Option> banner_options();
std::span<const Option> way_options();
std::span<const Option> program_options();
std::span<const Option> reading_options();
std::span<const Option> nmap_options();

struct Section {
  std::string_view title;
  std::span<const Option> options;
};

// In the order of the help text.
std::array<Section, 10> sections();

// A long name as it is compared: lower case, without '-', '_' and '.'.
std::string normalize(std::string_view name);

constexpr std::size_t kLongestShort = 3;  // "-oL"

// By long name or alias, in any spelling; null if there is none.
const Option* find_long(std::string_view name);
// By short form, exactly ("-oX"); null if there is none.
const Option* find_short(std::string_view word);

// What the user will have meant, as a clause to end a message with: "; did you mean --rate?", or
// where to find all names if nothing is near.
std::string suggestion(std::string_view name, std::string_view dashes);

}  // namespace masscan::cli
