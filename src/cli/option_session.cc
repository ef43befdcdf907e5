// Rows: which stretch of the order is walked, what outlives a run, and who steers it.
#include <fmt/format.h>

#include <limits>

#include "base/text.h"
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/value.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();
const scan::Config kDefault;

// 0 is masscan's "from the beginning" and "to the end".
Result<void> set_position(std::optional<std::uint64_t>& target, const Given& given) {
  const std::uint64_t position = TRY(parse_integer(given, 0, kAnyNumber));
  target = position != 0 ? std::optional(position) : std::nullopt;
  return {};
}

std::vector<std::string> echo_position(const std::optional<std::uint64_t>& position) {
  return echo_if(position.has_value(), fmt::format("{}", position.value_or(0)));
}

Result<void> set_checkpoint(Settings& settings, const Given& given) {
  std::string& path = settings.config.checkpoint;
  path.clear();
  if (given.value->empty() || to_lower(*given.value) == "none") return {};
  return assign(path, parse_text(given));
}

std::vector<std::string> echo_checkpoint(const scan::Config& config) {
  const std::string& path = config.checkpoint;
  return echo_if(path != kDefault.checkpoint, path.empty() ? "none" : path);
}

// What was found before stays: results are appended.
Result<void> set_resume(Settings& settings, const Given& given) {
  settings.config.output.append = true;
  return assign(settings.config.resume_file, parse_text(given));
}

constexpr Option kOptions[] = {
    {.name = "resume-index",
     .argument = Argument::kRequired,
     .value_name = "N",
     .help = "Begin at this position of the order.",
     .apply = [](Settings& s, const Given& g) { return set_position(s.config.resume_index, g); },
     .echo = [](const scan::Config& c) { return echo_position(c.resume_index); }},
    {.name = "resume-count",
     .argument = Argument::kRequired,
     .value_name = "N",
     .help = "End after so many positions.",
     .apply = [](Settings& s, const Given& g) { return set_position(s.config.resume_count, g); },
     .echo = [](const scan::Config& c) { return echo_position(c.resume_count); }},
    {.name = "infinite",
     .help = "Begin again for ever, in another order each time.",
     .apply = [](Settings& s, const Given& g) { return assign(s.config.infinite, parse_flag(g)); },
     .echo = [](const scan::Config& c) { return echo_if(c.infinite); }},
    {.name = "checkpoint",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "Where a scan notes how far it is; paused.conf if nothing is said, 'none' for not at "
             "all.",
     .apply = set_checkpoint,
     .echo = echo_checkpoint},
    {.name = "resume",
     .nmap = "--resume",
     .echoed_in = "resume output-append",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "Go on with the scan of this checkpoint, and append to its results.",
     .apply = set_resume,
     .echo = [](const scan::Config& c) { return echo_if(!c.resume_file.empty(), c.resume_file); }},
    {.name = "control",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "Take commands at this unix socket while the scan runs.",
     .apply = [](Settings& s, const Given& g) { return assign(s.config.control, parse_text(g)); },
     .echo = [](const scan::Config& c) { return echo_if(!c.control.empty(), c.control); }},
};

}  // namespace

std::span<const Option> session_options() { return kOptions; }

}  // namespace masscan::cli
