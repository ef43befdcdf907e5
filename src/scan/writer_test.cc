#include "scan/writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/test_files.h"
#include "format/format.h"
#include "scan/test_scan.h"
#include "support/test_folder.h"

namespace masscan::scan {
namespace {

using test::TestFiles;
using testing::HasSubstr;

record::Record record(std::uint32_t number) {
  return {.time = WallTime(std::chrono::seconds(number)),
          .address = net::Ipv4Address(number),
          .port = {net::Transport::kTcp, 80},
          .state = record::PortState::kOpen};
}

// A writer, and a worker that only the test drives.
class WriterTest : public testing::Test {
 protected:
  void start(std::optional<FakeFinder> finder = {}) {
    const output::OutputConfig config{.file = folder_.path("results"),
                                      .format = format::find_format("list")};
    outputs_ = output::Outputs::open(config, {.began = WallTime(), .ports = {}}).value();
    ASSERT_TRUE(outputs_->begin());
    writer_ =
        Writer::start(scan_.workers, *outputs_, scan_.controls, gate_, std::move(finder)).value();
  }
  void find(std::uint32_t number) {
    record::Record found = record(number);
    ASSERT_TRUE(scan_.worker().records().push(found));
  }
  std::string written() const { return folder_.read("results"); }

  test::TestFolder folder_;
  test::TestScan scan_;
  std::optional<output::Outputs> outputs_;
  SuspectCounts suspects_;
  Gate gate_;
  std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, HasWrittenWhatWorkersHadWhenItIsAsked) {
  start();
  gate_.open();
  for (std::uint32_t number = 1; number < 100; ++number) {
    find(number);
    const auto files = writer_->write_all({});
    ASSERT_TRUE(files);
    EXPECT_EQ(files->size(), 1u);
    EXPECT_THAT(written(), HasSubstr(fmt::format("open tcp 80 0.0.0.{0} {0}\n", number)));
  }
  EXPECT_TRUE(writer_->finish());
}

TEST_F(WriterTest, WritesWhatIsLeftAtTheEndInTheOrderInWhichItWasFound) {
  start();
  gate_.open();
  ASSERT_TRUE(writer_->write_all({}));
  find(1);
  find(2);
  EXPECT_TRUE(writer_->finish());
  EXPECT_EQ(written(), "#masscan\nopen tcp 80 0.0.0.1 1\nopen tcp 80 0.0.0.2 2\n");
}

constexpr std::uint32_t kTarget = 0x0a000001;  // whose prefix may become dense
constexpr std::string_view kTargetLine = "open tcp 80 10.0.0.1 167772161\n";

TEST_F(WriterTest, ClaimsNoRecordThatIsHeld) {
  start(FakeFinder::open(scan_.plan, suspects_).value());
  gate_.open();
  find(kTarget);
  ASSERT_TRUE(writer_->write_all({}));
  EXPECT_THAT(written(), HasSubstr(std::string(kTargetLine)));
}

TEST_F(WriterTest, HoldsNothingAtTheEnd) {
  start(FakeFinder::open(scan_.plan, suspects_).value());
  gate_.open();
  find(kTarget);
  EXPECT_TRUE(writer_->end(FakeFinder::kHold / 2));
  EXPECT_TRUE(writer_->finish());
  EXPECT_THAT(written(), HasSubstr(std::string(kTargetLine)));
}

TEST_F(WriterTest, DoesNothingBeforeTheGateOpens) {
  start();
  find(1);
  std::stop_source impatience;
  impatience.request_stop();
  EXPECT_FALSE(writer_->write_all(impatience.get_token())) << "nobody writes";
  EXPECT_EQ(scan_.worker().records().size(), 1u);
  EXPECT_TRUE(writer_->finish());
  EXPECT_EQ(written(), "");
}

// Workers do not block, although everything they find is lost.
TEST_F(WriterTest, EndsTheScanWhoseDiskIsFullAndGoesOnTakingRecords) {
  start();
  TestFiles files;
  files.fail(files::Call::kWrite, ENOSPC, TestFiles::Times::kFromThenOn);
  gate_.open();
  find(1);
  EXPECT_FALSE(writer_->write_all({})) << "a checkpoint would claim what is lost";
  find(2);
  EXPECT_FALSE(writer_->write_all({}));
  EXPECT_EQ(scan_.worker().records().size(), 0u);
  EXPECT_EQ(scan_.controls.directives().stop_mode, engine::StopMode::kGraceful);
  const Result<void> outcome = writer_->finish();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("No space left on device"));
}

TEST_F(WriterTest, IsNotWaitedForWhereNobodyReadsItsPipe) {
  ASSERT_EQ(::mkfifo(folder_.path("results").c_str(), 0600), 0);
  const UniqueFd reader(::open(folder_.path("results").c_str(), O_RDONLY | O_NONBLOCK));
  ASSERT_TRUE(reader.is_open());
  ASSERT_GT(::fcntl(reader.get(), F_SETPIPE_SZ, 4096), 0);
  start();
  for (std::uint32_t number = 1; number <= 1000; ++number) find(number);
  gate_.open();
  EXPECT_FALSE(writer_->end(Duration{0}));
  std::array<char, 4096> bytes;
  while (!writer_->end(1ms)) {
    static_cast<void>(!::read(reader.get(), bytes.data(), bytes.size()));
  }
  EXPECT_TRUE(writer_->finish());
}

}  // namespace
}  // namespace masscan::scan
