#include "control/control_protocol.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "base/text.h"
#include "net/rate.h"

namespace masscan::control {

namespace {

using Verb = Command::Verb;

constexpr std::string_view kAccepted = R"({"ok":true)";

constexpr std::array<std::pair<std::string_view, Verb>, 6> kVerbs = {{
    {"pause", Verb::kPause},
    {"resume", Verb::kResume},
    {"rate", Verb::kRate},
    {"status", Verb::kStatus},
    {"reload", Verb::kReload},
    {"stop", Verb::kStop},
}};
constexpr std::string_view kSayVerbs = "write pause, resume, rate N, status, reload or stop";

Result<Verb> parse_verb(std::string_view word) {
  for (const auto& [name, verb] : kVerbs) {
    if (name == word) return verb;
  }
  return usage_error("'{}' is not a command; {}", word, kSayVerbs);
}

}  // namespace

Result<Command> parse_command(std::string_view line) {
  const std::string_view text = trim(line);
  if (text.starts_with('{')) {
    return usage_error("commands are words and not JSON; {}", kSayVerbs);
  }
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  const std::string_view value = trim(text.substr(word.size()));
  Command command{.verb = TRY(parse_verb(word))};
  if (command.verb != Verb::kRate) {
    if (!value.empty()) return usage_error("{} takes no value; leave out '{}'", word, value);
    return command;
  }
  if (value.empty()) return usage_error("rate: the value is missing; say packets per second");
  const std::optional<double> rate = net::parse_rate(value);
  if (!rate) {
    return usage_error("'{}' is not a rate; say packets per second from {}, such as 5000, or {}",
                       value, net::kLeastRate, net::kNoLimit);
  }
  command.rate_pps = *rate;
  return command;
}

std::string acceptance(std::string_view members) {
  return fmt::format("{},{}}}\n", kAccepted, members);
}

std::string refusal(std::string_view reason) {
  return fmt::format("{{\"ok\":false,\"error\":{}}}\n", quote_json(reason));
}

bool is_acceptance(std::string_view answer) { return answer.starts_with(kAccepted); }

std::string rate_json(double rate_pps) {
  return std::isinf(rate_pps) ? quote_json(net::kNoLimit) : fmt::format("{}", rate_pps);
}

}  // namespace masscan::control
