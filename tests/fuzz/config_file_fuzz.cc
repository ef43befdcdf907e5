// Configuration files: what is accepted and echoed is read back as the same plan.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "cli/config_file.h"
#include "cli/help/echo.h"
#include "cli/options/settings.h"
#include "cli/read_settings.h"

namespace {

masscan::Result<masscan::setup::Config> parse(std::string_view text) {
  masscan::cli::Settings settings;
  const auto uses = TRY(masscan::cli::parse_config(text, "fuzz.conf"));
  TRY(masscan::cli::apply_all(uses, settings));
  TRY(masscan::cli::settle(settings));
  return settings.config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto config = parse(text);
  if (!config) return 0;
  const auto again = parse(masscan::cli::echo_text(*config));
  CHECK(again.has_value());
  CHECK(*again == *config);
  return 0;
}
