#include "base/instruction_set.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace masscan {
namespace {

constexpr const char* kVariable = "MASSCAN_INSTRUCTIONS";

class ChoosingInstructions : public testing::Test {
 protected:
  ~ChoosingInstructions() override { ::unsetenv(kVariable); }
};

TEST_F(ChoosingInstructions, TakesTheBestIfNobodySaysAnything) {
  ::unsetenv(kVariable);
  EXPECT_EQ(choose_instruction_set().value(), instruction_sets().back());
}

TEST_F(ChoosingInstructions, TakesWhatTheEnvironmentNames) {
  ::setenv(kVariable, "scalar", 1);
  EXPECT_EQ(choose_instruction_set().value(), InstructionSet::kScalar);
}

TEST_F(ChoosingInstructions, RefusesWhatItDoesNotKnow) {
  ::setenv(kVariable, "abacus", 1);
  const auto chosen = choose_instruction_set();
  ASSERT_FALSE(chosen);
  EXPECT_TRUE(chosen.error().message.starts_with(
      "MASSCAN_INSTRUCTIONS: this processor knows no 'abacus'; leave the variable out"));
}

}  // namespace
}  // namespace masscan
