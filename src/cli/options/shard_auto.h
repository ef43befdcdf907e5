// `--shard auto`: takes the part of the scan from the scheduler that started this process.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "targets/shard.h"

namespace masscan::cli {

// Returns the value of an environment variable; nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

// The environment of this process.
std::optional<std::string> process_environment(const char* name);

bool is_automatic_shard(std::string_view text);

// Evaluates "auto" or "auto/N" in the environment of
//   an indexed job of Kubernetes: JOB_COMPLETION_INDEX, from 0, and N or JOB_COMPLETIONS;
//   an array job of Slurm: SLURM_ARRAY_TASK_ID with _MIN, _MAX, _STEP and _COUNT.
//
// Errors: begin with `place`.
Result<targets::Shard> automatic_shard(std::string_view text, std::string_view place,
                                       const Environment& environment);

}  // namespace masscan::cli
