// Checkpoints: a point is exactly what we write of it, and a file of any bytes is one sentence or a
// configuration whose plan can be made.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "cli/config_file.h"
#include "cli/options/settings.h"
#include "cli/read_settings.h"
#include "engine/plan.h"
#include "setup/make_plan.h"
#include "setup/resume_point.h"

namespace {

using masscan::Result;
using masscan::cli::Settings;

Result<Settings> parse(std::string_view text) {
  Settings settings;
  const auto uses = TRY(masscan::cli::parse_config(text, "paused.conf"));
  TRY(masscan::cli::apply_all(uses, settings));
  TRY(masscan::cli::settle(settings));
  return settings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto point = masscan::setup::parse_resume_point(text);
  CHECK(!point || masscan::setup::to_text(*point) == text);

  const auto settings = parse(text);
  if (!settings || !settings->config.resume_point) return 0;
  const auto plan = masscan::setup::make_plan(settings->config);
  if (plan) CHECK(plan->begin_turns == settings->config.resume_point->turns);
  return 0;
}
