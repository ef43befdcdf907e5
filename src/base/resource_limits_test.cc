#include "base/resource_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"

namespace masscan {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Scarcity, OfDescriptorsIsSeenBeforeTheyAreNeeded) {
  const UniqueFd next = files::duplicate(STDERR_FILENO);
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit limit{.rlim_cur = static_cast<rlim_t>(next.get()) + 4, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &limit);
  const bool is_enough = check_descriptors(3).has_value();
  const Result<void> lacking = check_descriptors(4);
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_TRUE(is_enough);
  ASSERT_FALSE(lacking.has_value());
  EXPECT_THAT(lacking.error().message, StartsWith("4 files more have to be open at times, and "));
  EXPECT_THAT(lacking.error().message, HasSubstr("room for 3: Too many open files; raise"));
}

}  // namespace
}  // namespace masscan
