#include "cli/echo.h"

#include <array>
#include <fmt/format.h>

#include "cli/options.h"

namespace masscan::cli {
namespace {

struct Part {
  std::string_view heading;
  std::span<const Option> options;
};

std::array<Part, 5> parts() {
  return {{
      {"", scan_options()},
      {"\n", output_options()},
      {"\n", packet_options()},
      {"", way_options()},
      {"# TARGET SELECTION (IP, PORTS, EXCLUDES)\n", target_options()},
  }};
}

void append_option(std::string& out, const Option& option, const scan::Config& config) {
  if (option.echo == nullptr) return;
  for (const std::string& value : option.echo(config)) {
    fmt::format_to(std::back_inserter(out), "{} = {}\n", option.name, value);
  }
}

}  // namespace

std::string echo_text(const scan::Config& config) {
  std::string out;
  for (const Part& part : parts()) {
    out += part.heading;
    for (const Option& option : part.options) append_option(out, option, config);
  }
  return out;
}

}  // namespace masscan::cli
