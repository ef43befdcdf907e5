#include "cli/help/echo.h"

#include <fmt/format.h>

#include <array>

#include "base/check.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"

namespace masscan::cli {
namespace {

struct Part {
  std::string_view heading;
  std::span<const Option> options;
  bool is_optional = false;  // without options to write, neither is the heading
};

std::array<Part, 7> parts() {
  return {{
      {"\n# resume information\n", resume_options(), true},
      {"", scan_options()},
      {"", banner_options()},
      {"\n", output_options()},
      {"\n", packet_options()},
      {"", network_options()},
      {"# TARGET SELECTION (IP, PORTS, EXCLUDES)\n", target_options()},
  }};
}

// A line break in a value would begin a new line of the file. parse_text refuses such values.
void check_one_line(std::string_view line) {
  CHECK(line.find_first_of("\r\n") == std::string_view::npos);
}

void append_option(std::string& out, const Option& option, const setup::Config& config,
                   const Origins* origins) {
  const std::vector<std::string> lines = echo_lines(option, config);
  if (lines.empty()) return;
  if (origins != nullptr) out += fmt::format("# {}\n", origins->describe(option));
  for (const std::string& line : lines) {
    check_one_line(line);
    out += line + "\n";
  }
}

}  // namespace

std::string echo_text(const setup::Config& config, const Origins* origins) {
  std::string out;
  for (const Part& part : parts()) {
    std::string lines;
    for (const Option& option : part.options) append_option(lines, option, config, origins);
    if (!part.is_optional || !lines.empty()) out += fmt::format("{}{}", part.heading, lines);
  }
  return out;
}

}  // namespace masscan::cli
