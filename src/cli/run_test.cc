#include "cli/run.h"

#include <gtest/gtest.h>

#include "cli/help/help.h"
#include "cli/test_support.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

struct Outcome {
  int code;
  std::string output;
};

Outcome outcome(const std::string& line) {
  testing::internal::CaptureStdout();
  const Result<int> result = run(split_line(line), kNoSystemConfig);
  std::fflush(stdout);
  const std::string output = testing::internal::GetCapturedStdout();
  return {result ? *result : -1, result ? output : result.error().message};
}

TEST(Run, PrintsListingsOnStandardOutputAndSucceeds) {
  EXPECT_EQ(outcome("--help").code, 0);
  EXPECT_TRUE(outcome("--help").output.starts_with("Usage: masscan"));
  EXPECT_EQ(outcome("-V").code, 0);
  EXPECT_TRUE(outcome("-V").output.starts_with("\nMasscan version "));
  EXPECT_EQ(outcome("--iflist").code, 0);
}

TEST(Run, EchoesTheWholeInternetWithoutConfirmation) {
  const Outcome echo = outcome("0.0.0.0/0 -p80 --seed 1 --echo");
  EXPECT_EQ(echo.code, 0);
  EXPECT_TRUE(echo.output.ends_with("ports = 80\nrange = 0.0.0.0/0\n")) << echo.output;
}

TEST(Run, TellsWhichSpecialPurposeAddressesAreLeftOut) {
  const auto told = [](const std::string& line) {
    testing::internal::CaptureStderr();
    outcome("-sL --resume-count 1 " + line);
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_EQ(told("172.0.0.0/8"),
            "masscan: leaving out 1048576 special-purpose addresses: 172.16.0.0/12 (Private-Use, "
            "RFC 1918); --include-reserved asks them too\n");
  EXPECT_EQ(told("172.0.0.0/8 --include-reserved"), "");
  EXPECT_EQ(told("172.0.0.0/8 --exclude 172.16.0.0/12"), "");
  EXPECT_EQ(told("10.0.0.0/8"), "");
}

TEST(Run, RefusesBeforeAnyPacket) {
  EXPECT_EQ(outcome("0.0.0.0/0 -p80").code, -1);
  EXPECT_EQ(outcome("10.0.0.1").code, -1);
}

TEST(Run, ExplainsItselfToWhoSaysNothing) {
  EXPECT_EQ(outcome("").code, 1);
  EXPECT_EQ(outcome("").output, usage_text());
  EXPECT_EQ(outcome("--rate 5").code, -1);  // something was meant
  const test::TestFolder directory;
  const auto code = [](const std::string& file) {
    testing::internal::CaptureStdout();
    const Result<int> result = run({}, file);
    testing::internal::GetCapturedStdout();
    return result ? *result : -1;
  };
  EXPECT_EQ(code(directory.write("excludes.conf", "exclude = 10.0.0.0/8\n")), 1);
  EXPECT_EQ(code(directory.write("ports.conf", "ports = 80\n")), -1);  // targets are missing
}

TEST(Run, SaysOnStandardErrorWhatChangesNothing) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(outcome("--echo --reason --reason --bpf tcp").code, 0);
  EXPECT_EQ(
      testing::internal::GetCapturedStderr(),
      "masscan: --reason: changes nothing; every format that has a place for reasons shows them\n"
      "masscan: --bpf: changes nothing; what is received is filtered by the addresses and "
      "ports asked\n");
}

TEST(Run, FailsWhenItsOutputIsLost) {
  EXPECT_EXIT(
      {
        if (std::freopen("/dev/full", "w", stdout) == nullptr) std::exit(3);
        const Result<int> result = run(split_line("--help"), kNoSystemConfig);
        std::exit(result ? 0 : 1);
      },
      testing::ExitedWithCode(1), "");
}

}  // namespace
}  // namespace masscan::cli
