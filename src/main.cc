#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/fatal.h"
#include "base/standard_streams.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  masscan::prepare_standard_streams();
  masscan::watch_memory();
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const masscan::Result<int> outcome = masscan::cli::run(arguments);
  if (outcome) return *outcome;
  masscan::write_stderr(fmt::format("masscan: {}\n", outcome.error().message));
  return outcome.error().fault == masscan::Fault::kUsage ? 2 : 1;
}
