// `--shard auto`: which part of a scan this machine has, as the scheduler that started it says.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "targets/shard.h"

namespace masscan::cli {

// The value of an environment variable; nothing if it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;

// Of this process.
std::optional<std::string> process_environment(const char* name);

bool is_automatic_shard(std::string_view text);

// "auto" or "auto/N" where `environment` is that of
//   an indexed job of Kubernetes: JOB_COMPLETION_INDEX from 0, of N or JOB_COMPLETIONS;
//   an array job of Slurm: SLURM_ARRAY_TASK_ID with _MIN, _MAX, _STEP and _COUNT.
// `place` begins the Error.
Result<targets::Shard> automatic_shard(std::string_view text, std::string_view place,
                                       const Environment& environment);

}  // namespace masscan::cli
