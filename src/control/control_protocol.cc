#include "control/control_protocol.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.h"
#include "control/json.h"

namespace masscan::control {

namespace {

using Verb = Command::Verb;

// As on the command line: far above any wire.
constexpr double kLeastRate = 0.01;
constexpr double kMostRate = 1e12;
constexpr std::string_view kNoLimit = "max";
constexpr std::string_view kAccepted = R"({"ok":true)";

constexpr std::array<std::pair<std::string_view, Verb>, 6> kVerbs = {{
    {"pause", Verb::kPause},
    {"resume", Verb::kResume},
    {"rate", Verb::kRate},
    {"status", Verb::kStatus},
    {"reload", Verb::kReload},
    {"stop", Verb::kStop},
}};

std::string_view name_of(Verb verb) {
  for (const auto& [name, known] : kVerbs) {
    if (known == verb) return name;
  }
  return {};
}

Result<Verb> parse_verb(std::string_view word) {
  for (const auto& [name, verb] : kVerbs) {
    if (name == word) return verb;
  }
  return usage_error("'{}' is no command; say pause, resume, rate N, status, reload or stop", word);
}

Result<double> parse_rate(std::string_view text) {
  if (text == kNoLimit) return std::numeric_limits<double>::infinity();
  double rate = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  const bool is_number = error == std::errc() && stop == text.data() + text.size();
  if (is_number && rate >= kLeastRate && rate <= kMostRate) return rate;
  return usage_error("'{}' is not a rate; say packets per second from {}, such as 5000, or {}",
                     text, kLeastRate, kNoLimit);
}

Result<Command> make_command(std::string_view word, std::optional<std::string_view> rate) {
  Command command{.verb = TRY(parse_verb(word))};
  if (command.verb != Verb::kRate) {
    if (rate) return usage_error("{} takes no value; leave out '{}'", word, *rate);
    return command;
  }
  if (!rate) return usage_error("rate: the value is missing; say packets per second");
  command.rate_pps = TRY(parse_rate(*rate));
  return command;
}

Result<Command> parse_object(std::string_view line) {
  std::optional<std::string> word;
  std::optional<std::string> rate;
  for (JsonField& field : TRY(parse_flat_json(line))) {
    if (field.name == "do" && field.is_string) {
      word = std::move(field.value);
    } else if (field.name == "pps" && (!field.is_string || field.value == kNoLimit)) {
      rate = std::move(field.value);
    } else {
      return usage_error(R"(field {} makes no sense; write {{"do":"rate","pps":5000}})",
                         quote_json(field.name));
    }
  }
  if (!word) return usage_error(R"(there is no "do"; write {{"do":"status"}})");
  return make_command(*word, rate);
}

Result<Command> parse_words(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return make_command(line, std::nullopt);
  return make_command(line.substr(0, blank), trim(line.substr(blank)));
}

}  // namespace

Result<Command> parse_command(std::string_view line) {
  const std::string_view text = trim(line);
  return text.starts_with('{') ? parse_object(text) : parse_words(text);
}

std::string to_json(const Command& command) {
  if (command.verb != Verb::kRate) return fmt::format(R"({{"do":"{}"}})", name_of(command.verb));
  return fmt::format(R"({{"do":"rate","pps":{}}})", rate_json(command.rate_pps));
}

std::string acceptance(std::string_view members) {
  return fmt::format("{},{}}}\n", kAccepted, members);
}

std::string refusal(std::string_view reason) {
  return fmt::format("{{\"ok\":false,\"error\":{}}}\n", quote_json(reason));
}

bool is_acceptance(std::string_view answer) { return answer.starts_with(kAccepted); }

std::string rate_json(double rate_pps) {
  return std::isinf(rate_pps) ? quote_json(kNoLimit) : fmt::format("{}", rate_pps);
}

}  // namespace masscan::control
