// Command lines, a word per line: whatever is written, the answer is settings or one sentence.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "base/check.h"
#include "cli/arguments.h"
#include "cli/contradictions.h"
#include "cli/help/echo.h"
#include "cli/options/settings.h"
#include "cli/read_settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream lines(std::string(data, data + size));
  std::vector<std::string> words;
  for (std::string word; std::getline(lines, word);) words.push_back(word);

  masscan::cli::Settings settings;
  const auto uses = masscan::cli::parse_arguments(words);
  const auto result =
      uses ? masscan::cli::apply_all(*uses, settings) : masscan::Result<void>(uses.error());
  if (!result) {
    CHECK(!result.error().message.empty());
    return 0;
  }
  const auto settled = masscan::cli::settle(settings);
  if (!settled) {
    CHECK(!settled.error().message.empty());
    return 0;
  }
  const auto checked = masscan::cli::check_scan(settings.config);
  if (!checked) CHECK(!checked.error().message.empty());
  masscan::cli::echo_text(settings.config);
  return 0;
}
