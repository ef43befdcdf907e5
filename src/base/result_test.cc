#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace masscan {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return usage_error("{} is odd", number);
  return number / 2;
}

Result<int> quarter(int number) {
  const int once = TRY(half(number));
  return half(once);
}

Result<void> check(int number) {
  TRY(half(number));
  return {};
}

TEST(Result, HandsValuesAndErrorsUp) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().message, "3 is odd");
  EXPECT_EQ(quarter(6).error().fault, Fault::kUsage);
  EXPECT_TRUE(check(2).has_value());
  EXPECT_FALSE(check(3).has_value());
}

TEST(Result, HoldsWhatCanOnlyMove) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 7);
}

TEST(Result, ErrorsTakeTheirPlaceInFront) {
  EXPECT_EQ(run_error("no route").within("queue 3").message, "queue 3: no route");
}

TEST(ResultDeathTest, StopsWhenAnErrorIsTakenForAValue) {
  EXPECT_DEATH(static_cast<void>(half(3).value()), "CHECK");
}

}  // namespace
}  // namespace masscan
