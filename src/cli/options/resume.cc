// Rows: partial scans, checkpoints and remote control.

#include <limits>
#include <utility>

#include "base/text.h"
#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "net/endpoint.h"
#include "targets/target_parser.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();

// Value of resume-order: positions in such a file are in our order, all others in masscan's.
constexpr std::string_view kOurOrder = "masscan-2";

using Position = std::optional<std::uint64_t>;

// Returns nothing for 0, by which masscan means "from the beginning" and "to the end".
Result<Position> parse_position(const OptionUse& use) {
  const std::uint64_t position = TRY(parse_integer(use, 0, kAnyNumber));
  return position != 0 ? Position(position) : std::nullopt;
}

Result<void> set_index(Settings& settings, const OptionUse& use) {
  setup::Config& config = settings.config;
  const Position position = TRY(parse_position(use));
  config.resume_index.reset();
  config.foreign_index.reset();
  (use.is_from_file ? config.foreign_index : config.resume_index) = position;
  return {};
}

std::vector<std::string> echo_index(const setup::Config& config) {
  return config.resume_index ? show<&Config::resume_index>(config)
                             : show<&Config::foreign_index>(config);
}

Result<void> set_order(Settings& settings, const OptionUse& use) {
  settings.has_our_order = use.value == kOurOrder;
  return {};
}

std::vector<std::string> echo_order(const setup::Config& config) {
  return echo_if(config.resume_index.has_value(), std::string(kOurOrder));
}

// A checkpoint holds two resume points, of which one may be incomplete. It does not say which was
// written last, and the last one may have the earlier turns, because a scan goes back after an
// outage. So the earlier turn of each round is used. The probes between the two are sent again.
Result<void> set_resume_point(Settings& settings, const OptionUse& use) {
  auto point = setup::parse_resume_point(*use.value);
  auto& earliest = settings.config.resume_point;
  if (point && !earliest) {
    settings.point_sum = std::exchange(point->settings, std::nullopt);
    earliest = std::move(point);
  } else if (point) {
    earliest->take_earlier(*point);
  }
  settings.damaged_point = earliest ? "" : use.place;
  return {};
}

Result<void> add_late_excludes(Settings& settings, const OptionUse& use) {
  targets::TargetList list;
  TRY(targets::parse_targets(*use.value, use.place, targets::ListKind::kExcludes, list));
  settings.config.late_excludes.add(std::move(list.ranges));
  return {};
}

Result<void> set_checkpoint(Settings& settings, const OptionUse& use) {
  std::string& path = settings.config.checkpoint;
  path.clear();
  if (use.value->empty() || to_lower(*use.value) == "none") return {};
  return assign(path, parse_text(use));
}

std::string checkpoint_text(const std::string& path) { return path.empty() ? "none" : path; }

// A port alone means 127.0.0.1: other machines can connect only if an address is given.
Result<net::Endpoint> parse_metrics(const OptionUse& use) {
  constexpr net::Ipv4Address kLoopback(0x7f000001);
  if (const auto port = parse_number<std::uint16_t>(*use.value)) {
    return net::Endpoint{kLoopback, *port};
  }
  if (const auto endpoint = net::Endpoint::parse(*use.value)) return *endpoint;
  return usage_error(
      "{}: '{}' is no place to listen at; write a port, such as 9100, or ADDRESS:PORT, such as "
      "10.0.0.1:9100 or [::1]:9100",
      use.place, printable(*use.value));
}

// Results of the interrupted scan are kept: new ones are appended.
Result<void> set_resume(Settings& settings, const OptionUse&) {
  settings.config.output.append = true;
  return {};
}

constexpr Option kOptions[] = {
    {.name = "resume-index",
     .echoed_in = "resume-index resume-order",
     .value_name = "N",
     .help = "Begin at this position of the scan order.",
     .apply = set_index,
     .echo = echo_index},
    {.name = "resume-count",
     .value_name = "N",
     .help = "End after this number of positions.",
     .apply = set<&Config::resume_count, parse_position>,
     .echo = show<&Config::resume_count>},
    {.name = "resume-order", .value_name = "ORDER", .apply = set_order, .echo = echo_order},
    {.name = "resume-point",
     .value_name = "POINT",
     .is_editable = true,  // it has a check of its own
     .apply = set_resume_point,
     .echo = show<&Config::resume_point, setup::to_text>},
    {.name = "resume-exclude",
     .value_name = "TARGETS",
     .apply = add_late_excludes,
     .echo = [](const setup::Config& c) { return targets::describe(c.late_excludes); }},
    {.name = "infinite",
     .help = "Repeat the scan forever, in a different order each time.",
     .apply = set<&Config::infinite>,
     .echo = show<&Config::infinite>},
    {.name = "checkpoint",
     .value_name = "FILE",
     .is_editable = true,
     .help = "File that records the progress of the scan; 'none' disables it.",
     .default_value = default_of<&Config::checkpoint>,
     .apply = set_checkpoint,
     .echo = show<&Config::checkpoint, checkpoint_text>},
    {.name = "resume",
     .nmap = "--resume",
     .echoed_in = "output-append",
     .value_name = "FILE",
     .phase = Phase::kConfigFile,
     .help = "Continue the scan of this checkpoint, and append to its results.",
     .apply = set_resume},
    {.name = "control",
     .value_name = "FILE",
     .is_editable = true,
     .help = "Accept commands at this unix socket while the scan runs.",
     .apply = set<&Config::control>,
     .echo = show<&Config::control>},
    {.name = "metrics",
     .value_name = "[ADDRESS:]PORT",
     .is_editable = true,
     .help =
         "Serve metrics to Prometheus by HTTP while the scan runs. Without ADDRESS: on 127.0.0.1.",
     .apply = set<&Config::metrics, parse_metrics>,
     .echo = show<&Config::metrics>},
};

}  // namespace

std::span<const Option> resume_options() { return kOptions; }

}  // namespace masscan::cli
