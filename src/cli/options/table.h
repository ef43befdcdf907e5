// The table of options in sections, and the search for a row by its name.
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
std::span<const Option> resume_options();
std::span<const Option> output_options();
std::span<const Option> packet_options();
std::span<const Option> banner_options();
std::span<const Option> network_options();
std::span<const Option> program_options();
std::span<const Option> reading_options();
std::span<const Option> nmap_options();

struct Section {
  std::string_view title;
  std::span<const Option> options;
};

// In the order of the help text.
std::array<Section, 10> sections();

// Returns a long name in the form in which names are compared: lower case, without '-', '_', '.'.
std::string normalize(std::string_view name);

constexpr std::size_t kLongestShort = 3;  // "-oL"

// Finds a row by long name or alias, in any spelling. Returns null if there is none.
const Option* find_long(std::string_view name);
// Finds a row by its exact short form ("-oX"). Returns null if there is none.
const Option* find_short(std::string_view word);

// Returns the end of an error message: "; did you mean --rate?" with the most similar name, or
// where to find all names if none is similar.
std::string suggestion(std::string_view name, std::string_view dashes);

}  // namespace masscan::cli
