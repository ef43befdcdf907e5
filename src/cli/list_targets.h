// `-sL`: lists the targets of a scan in scan order.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "engine/plan.h"

namespace masscan::cli {

using Write = std::function<Result<void>(std::string_view text)>;

// Writes one line per probe of the shard, in pieces of about 64 KiB: "10.0.0.1:80",
// "[fd09::1]:U:53", or the address alone if the plan has one port. Retries add no lines.
//
// Errors: those of `write`.
Result<void> list_targets(const engine::Plan& plan, const Write& write);

}  // namespace masscan::cli
