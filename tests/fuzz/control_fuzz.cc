// Lines of the control socket: what is understood says the same when it is written again, and every
// answer about it is one line.
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
    const auto again = masscan::control::parse_command(masscan::control::to_json(*command));
    CHECK(again.has_value());
    CHECK(*again == *command);
    return 0;
  }
  const std::string answer = masscan::control::refusal(command.error().message);
  CHECK(std::count(answer.begin(), answer.end(), '\n') == 1);
  return 0;
}
