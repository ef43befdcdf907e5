// Rows: which stretch of the order is walked, what outlives a run, and who steers it.
#include <fmt/format.h>

#include <limits>
#include <utility>

#include "base/text.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "net/endpoint.h"
#include "targets/target_parser.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();
const setup::Config kDefault;

// What resume-order says: positions of files that say so are ours, all others are masscan's.
constexpr std::string_view kOurOrder = "masscan-2";

using Position = std::optional<std::uint64_t>;

// 0 is masscan's "from the beginning" and "to the end".
Result<Position> parse_position(const OptionUse& use) {
  const std::uint64_t position = TRY(parse_integer(use, 0, kAnyNumber));
  return position != 0 ? Position(position) : std::nullopt;
}

std::vector<std::string> echo_position(const Position& position) {
  return echo_if(position.has_value(), fmt::format("{}", position.value_or(0)));
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
  return echo_position(config.resume_index ? config.resume_index : config.foreign_index);
}

Result<void> set_order(Settings& settings, const OptionUse& use) {
  settings.has_our_order = use.value == kOurOrder;
  return {};
}

std::vector<std::string> echo_order(const setup::Config& config) {
  return echo_if(config.resume_index.has_value(), std::string(kOurOrder));
}

// A checkpoint holds two, of which one may have been written by halves. Which one came last they do
// not say, and it may be the earlier one: a scan that notices an outage goes back. So of each round
// the earlier turn counts; where none went back, that repeats what was asked between the two.
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

std::vector<std::string> echo_resume_point(const setup::Config& config) {
  const auto& point = config.resume_point;
  return echo_if(point.has_value(), point ? setup::to_text(*point) : "");
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

std::vector<std::string> echo_checkpoint(const setup::Config& config) {
  const std::string& path = config.checkpoint;
  return echo_if(path != kDefault.checkpoint, path.empty() ? "none" : path);
}

// Nobody else's machine is told anything unless an address is named.
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

// What was found before stays: results are appended.
Result<void> set_resume(Settings& settings, const OptionUse&) {
  settings.config.output.append = true;
  return {};
}

constexpr Option kOptions[] = {
    {.name = "resume-index",
     .echoed_in = "resume-index resume-order",
     .arity = Arity::kRequired,
     .value_name = "N",
     .help = "Begin at this position of the order.",
     .apply = set_index,
     .echo = echo_index},
    {.name = "resume-count",
     .arity = Arity::kRequired,
     .value_name = "N",
     .help = "End after so many positions.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.resume_count, parse_position(g)); },
     .echo = [](const setup::Config& c) { return echo_position(c.resume_count); }},
    {.name = "resume-order",
     .arity = Arity::kRequired,
     .value_name = "ORDER",
     .apply = set_order,
     .echo = echo_order},
    {.name = "resume-point",
     .arity = Arity::kRequired,
     .value_name = "POINT",
     .is_editable = true,  // it has a check of its own
     .apply = set_resume_point,
     .echo = echo_resume_point},
    {.name = "resume-exclude",
     .arity = Arity::kRequired,
     .value_name = "TARGETS",
     .apply = add_late_excludes,
     .echo = [](const setup::Config& c) { return targets::describe(c.late_excludes); }},
    {.name = "infinite",
     .help = "Begin again for ever, in another order each time.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.infinite, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.infinite); }},
    {.name = "checkpoint",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .is_editable = true,
     .help = "Where a scan notes how far it is; paused.conf if nothing is said, 'none' for not at "
             "all.",
     .apply = set_checkpoint,
     .echo = echo_checkpoint},
    {.name = "resume",
     .nmap = "--resume",
     .echoed_in = "output-append",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .phase = Phase::kConfigFile,
     .help = "Go on with the scan of this checkpoint, and append to its results.",
     .apply = set_resume},
    {.name = "control",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .is_editable = true,
     .help = "Take commands at this unix socket while the scan runs.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.control, parse_text(g)); },
     .echo = [](const setup::Config& c) { return echo_if(!c.control.empty(), c.control); }},
    {.name = "metrics",
     .arity = Arity::kRequired,
     .value_name = "[ADDRESS:]PORT",
     .is_editable = true,
     .help = "Tell Prometheus and its like, by HTTP, where the scan stands; on 127.0.0.1 if only a "
             "port is given.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.metrics, parse_metrics(g)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.metrics.has_value(), c.metrics ? to_string(*c.metrics) : "");
         }},
};

}  // namespace

std::span<const Option> session_options() { return kOptions; }

}  // namespace masscan::cli
