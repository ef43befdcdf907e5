#include "cli/options/shard_auto.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

#include "base/text.h"

namespace masscan::cli {
namespace {

constexpr std::string_view kAuto = "auto";

// Reads numbers from an environment. Errors name the variable.
class Numbers {
 public:
  Numbers(const Environment& environment, std::string_view place)
      : environment_(environment), place_(place) {}

  bool has(const char* name) const { return environment_(name).has_value(); }

  Result<std::uint64_t> need(const char* name) const {
    const std::optional<std::string> text = environment_(name);
    if (!text) {
      return usage_error("{}: the environment has no {}; write X/Y instead of auto", place_, name);
    }
    const auto number = parse_number<std::uint32_t>(*text);
    if (number) return std::uint64_t{*number};
    return usage_error(
        "{}: {} in the environment is '{}', not a whole number; write X/Y instead "
        "of auto",
        place_, name, printable(*text));
  }

 private:
  const Environment& environment_;
  std::string_view place_;
};

Result<targets::Shard> check(targets::Shard shard, std::string_view place) {
  if (shard.number <= shard.count) return shard;
  return usage_error(
      "{}: the environment says part {} of {}, which there is not; write auto/N with all parts",
      place, shard.number, shard.count);
}

Result<targets::Shard> kubernetes(const Numbers& numbers, std::optional<std::uint64_t> count,
                                  std::string_view place) {
  const std::uint64_t index = TRY(numbers.need("JOB_COMPLETION_INDEX"));
  if (!count) count = TRY(numbers.need("JOB_COMPLETIONS"));
  return check({index + 1, *count}, place);
}

Result<targets::Shard> slurm(const Numbers& numbers, std::optional<std::uint64_t> asked,
                             std::string_view place) {
  const std::uint64_t id = TRY(numbers.need("SLURM_ARRAY_TASK_ID"));
  const std::uint64_t first = TRY(numbers.need("SLURM_ARRAY_TASK_MIN"));
  const std::uint64_t last = TRY(numbers.need("SLURM_ARRAY_TASK_MAX"));
  const std::uint64_t count = TRY(numbers.need("SLURM_ARRAY_TASK_COUNT"));
  std::uint64_t step = 1;
  if (numbers.has("SLURM_ARRAY_TASK_STEP")) step = TRY(numbers.need("SLURM_ARRAY_TASK_STEP"));
  const bool is_regular = step > 0 && first <= id && id <= last && (id - first) % step == 0 &&
                          (last - first) / step + 1 == count;
  if (!is_regular) {
    // From "1,5,9-12" a task cannot tell which of them it is.
    return usage_error(
        "{}: the tasks of this Slurm array are not numbered evenly; write --array=1-N, or X/Y "
        "instead of auto",
        place);
  }
  return check({(id - first) / step + 1, asked.value_or(count)}, place);
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

bool is_automatic_shard(std::string_view text) {
  return to_lower(text.substr(0, kAuto.size())) == kAuto;
}

Result<targets::Shard> automatic_shard(std::string_view text, std::string_view place,
                                       const Environment& environment) {
  std::optional<std::uint64_t> count;
  if (const std::string_view rest = text.substr(kAuto.size()); !rest.empty()) {
    const auto number = parse_number<std::uint32_t>(rest.substr(1));
    if (rest.front() != '/' || !number || *number == 0) {
      return usage_error("{}: '{}' is not a shard; write auto or auto/N, such as auto/8", place,
                         printable(text));
    }
    count = *number;
  }
  const Numbers numbers(environment, place);
  if (numbers.has("JOB_COMPLETION_INDEX")) return kubernetes(numbers, count, place);
  if (numbers.has("SLURM_ARRAY_TASK_ID")) return slurm(numbers, count, place);
  return usage_error(
      "{}: neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID is in the environment; write X/Y "
      "instead of auto",
      place);
}

}  // namespace masscan::cli
