#include "scan/status_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace masscan::scan {
namespace {

using testing::HasSubstr;

std::string golden(const std::string& name) {
  return read_file(MASSCAN_GOLDEN_DIR "/outputs/" + name).value();
}

Progress running(double rate_pps, std::uint64_t sent, Duration remaining) {
  return {.rate_pps = rate_pps,
          .sent = sent,
          .total = 128,
          .remaining = remaining,
          .waiting = std::nullopt,
          .found = sent,
          .lost = 0};
}

Progress waiting(Duration left) {
  Progress progress = running(0, 128, 0s);
  progress.waiting = left;
  return progress;
}

TEST(StatusLine, IsByteForByteAsMasscans) {
  const std::string lines = golden("status-line.head.stderr.txt");
  EXPECT_THAT(lines, HasSubstr(status_line(running(0, 0, 0s))));
  EXPECT_THAT(lines, HasSubstr(status_line(running(100, 30, 19s))));
  EXPECT_THAT(lines, HasSubstr(status_line(running(100, 105, 1999ms))));
  EXPECT_THAT(lines, HasSubstr(status_line(waiting(2s))));
  EXPECT_TRUE(lines.ends_with(blank_status_line()));
}

TEST(StatusLine, AsNdjsonIsByteForByteAsMasscans) {
  const std::string lines = golden("status-ndjson.head.stderr.txt");
  EXPECT_THAT(lines, HasSubstr(status_ndjson(running(0, 0, 0s))));
  EXPECT_THAT(lines, HasSubstr(status_ndjson(running(99.96, 68, 5s))));
  EXPECT_THAT(lines, HasSubstr(status_ndjson(waiting(2s))));
}

TEST(StatusLine, SaysWhatHoldsTheScan) {
  Progress progress = running(50, 64, 5s);
  progress.held_by = "e\"0 is down";
  EXPECT_THAT(status_line(progress), HasSubstr("50.00% done, e\"0 is down, found=64"));
  EXPECT_TRUE(status_ndjson(progress).ends_with(R"(,"held_by":"e\"0 is down"})"
                                                "\n"))
      << status_ndjson(progress);
}

TEST(StatusLine, SplitsLongTimesIntoHours) {
  EXPECT_THAT(status_line(running(1, 1, std::chrono::seconds(25 * 3600 + 61))),
              HasSubstr("  25:01:01 remaining"));
}

TEST(StatusLine, NeverShowsATimeBelowZero) {
  EXPECT_THAT(status_line(waiting(-3s)), HasSubstr("waiting 0-secs"));
  EXPECT_THAT(status_line(running(1, 1, -3s)), HasSubstr("   0:00:00 remaining"));
}

TEST(StatusLine, SaysWhatWasLost) {
  Progress progress = running(100, 30, 19s);
  progress.lost = 7;
  EXPECT_EQ(status_line(progress),
            "rate:  0.10-kpps, 23.44% done,   0:00:19 remaining, found=30, lost=7       \r");
}

TEST(StatusLine, IsCompleteWhereThereIsNothingToSend) {
  EXPECT_THAT(status_line(Progress{}), HasSubstr("100.00% done"));
}

TEST(StartBanner, SaysWhatIsScanned) {
  EXPECT_EQ(start_banner({.version = "2.0.0",
                          .time = WallTime(std::chrono::seconds(1706933106)),
                          .hosts = 64,
                          .ports = 2}),
            "Starting masscan 2.0.0 at 2024-02-03 04:05:06 GMT\n"
            "Initiating SYN Stealth Scan\n"
            "Scanning 64 hosts [2 ports/host]\n");
  EXPECT_THAT(start_banner({.version = "2", .time = {}, .hosts = make_uint128(1, 0), .ports = 1}),
              HasSubstr("Scanning 18446744073709551616 hosts [1 port/host]\n"));
  EXPECT_THAT(start_banner({.version = "2", .scan = "ICMP Echo Scan", .time = {}, .hosts = 3}),
              HasSubstr("Initiating ICMP Echo Scan\nScanning 3 hosts\n"));
}

}  // namespace
}  // namespace masscan::scan
