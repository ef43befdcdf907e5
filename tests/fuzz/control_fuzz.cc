// Lines of the control socket: a rate that is understood is one, and every refusal is one line.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "control/control_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string line(data, data + size);
  const auto command = masscan::control::parse_command(line);
  if (command) {
    CHECK(command->verb != masscan::control::Command::Verb::kRate || command->rate_pps > 0);
    return 0;
  }
  const std::string answer = masscan::control::refusal(command.error().message);
  CHECK(std::count(answer.begin(), answer.end(), '\n') == 1);
  return 0;
}
