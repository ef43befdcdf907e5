// A number has no unit, and the two clocks are two types.
#include "base/time.h"

namespace masscan {

constexpr Duration kSecond = 1s;
constexpr Instant kMoment = Instant() + kSecond;
const WallTime kDate = WallTime() + kSecond;
static_assert(kMoment - Instant() == kSecond);
bool is_over(WallTime now) { return now > kDate; }

#ifdef MISTAKES
const Duration kBare = 5;               // error: no viable conversion|conversion from
const Instant kFromWall = kDate;        // error: no viable conversion|conversion from
const WallTime kFromSteady = kMoment;   // error: no viable conversion|conversion from
const auto kBetween = kDate - kMoment;  // error: invalid operands|no match for
const auto kLater = kMoment + 5;        // error: invalid operands|no match for
const double kSeconds = kSecond;        // error: no viable conversion|cannot convert
const bool kPast = kMoment < kSecond;   // error: invalid operands|no match for
#endif

}  // namespace masscan
