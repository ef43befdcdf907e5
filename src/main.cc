#include <fmt/core.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "cli/run.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is an error of writing, with its message
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const masscan::Result<int> outcome = masscan::cli::run(arguments);
  if (outcome) return *outcome;
  fmt::print(stderr, "masscan: {}\n", outcome.error().message);
  return outcome.error().fault == masscan::Fault::kUsage ? 2 : 1;
}
