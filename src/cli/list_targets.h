// `-sL`: the targets of a scan, in the order in which it would ask them.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "engine/plan.h"

namespace masscan::cli {

using Write = std::function<Result<void>(std::string_view text)>;

// A line per probe of the shard, in pieces of some 64 KiB: "10.0.0.1:80", "[fd09::1]:U:53", or the
// bare address where the plan has one port. Retries ask the same targets again and add no lines.
Result<void> list_targets(const engine::Plan& plan, const Write& write);

}  // namespace masscan::cli
