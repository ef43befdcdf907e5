#include "files/rotation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace masscan::files {
namespace {

using std::chrono::seconds;

WallTime at(std::int64_t unix_time) { return WallTime(seconds(unix_time)); }

constexpr std::int64_t kMidnight = 1706918400;  // 2024-02-03, UTC
constexpr std::int64_t kHour = 3600;

TEST(Rotation, IsDueAtMultiplesOfThePeriodPlusTheOffset) {
  struct Case {
    const char* name;
    std::int64_t period, offset, time, next;  // times are relative to midnight
  };
  const Case cases[] = {
      {"in the middle", kHour, 0, 300, kHour},
      {"on the instant the next one", kHour, 0, kHour, 2 * kHour},
      {"just before it", kHour, 0, kHour - 1, kHour},
      {"before the offset", kHour, 600, 300, 600},
      {"behind the offset", kHour, 600, 700, kHour + 600},
      // masscan adds the offset to the period and rotates at once here.
      {"ten minutes and three", 600, 180, 4 * kHour + 306, 4 * kHour + 780},
      {"daily", 24 * kHour, 0, 5, 24 * kHour},
      {"daily, an hour before midnight", 24 * kHour, 23 * kHour, 5, 23 * kHour},
      {"an offset of several periods", 60, 3601, 5, 61},
      {"every second", 1, 0, 5, 6},
  };
  for (const auto& [name, period, offset, time, next] : cases) {
    const Rotation rotation{.period = seconds(period), .offset = seconds(offset)};
    EXPECT_EQ(next_rotation(rotation, at(kMidnight + time)), at(kMidnight + next)) << name;
  }
}

TEST(Rotation, IsNeverDueWithoutAPeriod) {
  EXPECT_EQ(next_rotation({.size_bytes = 5}, at(kMidnight)), WallTime::max());
}

TEST(Rotation, WorksAtTheBeginningOfTime) {
  const Rotation rotation{.period = seconds(60), .offset = seconds(90)};
  EXPECT_EQ(next_rotation(rotation, at(0)), at(30));
}

class LocalTime {
 public:
  explicit LocalTime(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  ~LocalTime() {
    ::unsetenv("TZ");
    ::tzset();
  }
  LocalTime(const LocalTime&) = delete;
  LocalTime& operator=(const LocalTime&) = delete;
};

// The names of masscan's golden files.
TEST(RotatedPath, HasTheLocalTimeOrANumber) {
  const LocalTime zone("UTC");
  const Rotation hourly{.period = seconds(kHour), .directory = "dir"};
  const Rotation sized{.size_bytes = 1000, .directory = "dir"};
  const WallTime opened = at(kMidnight + 4 * kHour + 306);
  EXPECT_EQ(rotated_path(hourly, "out.list", opened, 0), "dir/240203-040506-out.list");
  EXPECT_EQ(rotated_path(hourly, "a/b/out", opened, 54), "dir/240203-040600-out");
  EXPECT_EQ(rotated_path(sized, "out.list", opened, 0), "dir/out-00000.list");
  EXPECT_EQ(rotated_path(sized, "x.y/a.b.list", opened, 123), "dir/a.b-00123.list");
  EXPECT_EQ(rotated_path(sized, "x.y/out", opened, 100000), "dir/out-100000");
  const Rotation both{.period = seconds(kHour), .size_bytes = 1000};
  EXPECT_EQ(rotated_path(both, "out", opened, 7), "./out-00007");
}

TEST(RotatedPath, TellsLocalTime) {
  const LocalTime zone("EET-2");
  EXPECT_EQ(rotated_path({.period = seconds(kHour)}, "out", at(kMidnight), 0),
            "./240203-020000-out");
}

}  // namespace
}  // namespace masscan::files
