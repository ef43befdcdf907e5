#include "output/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/test_files.h"
#include "files/read_entries.h"
#include "output/spool_reader.h"
#include "support/open_port.h"

namespace masscan::output {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

const WallTime kBegan(std::chrono::seconds(1700000000));

record::Record record(std::uint16_t port, record::PortState state = record::PortState::kOpen) {
  record::Record record = test::open_port(kBegan, port);
  record.state = state;
  return record;
}

class SpoolTest : public testing::Test {
 protected:
  ~SpoolTest() override { fs::remove(path_); }

  Result<std::unique_ptr<Spool>> open(bool append, std::string_view server = "redis") const {
    return Spool::open(path_, server, append, kBegan);
  }

  static void write(Spool& spool, std::initializer_list<std::uint16_t> ports) {
    for (const std::uint16_t port : ports) spool.write(record(port)).value();
    spool.flush().value();
  }

  // Returns the number and port of each of the next results.
  static std::vector<std::pair<std::uint64_t, std::uint16_t>> next(SpoolReader& reader) {
    std::vector<std::pair<std::uint64_t, std::uint16_t>> found;
    const Batch batch = reader.next().value();
    for (const Entry& entry : batch.entries) {
      found.emplace_back(entry.number, std::get<record::Record>(entry.result).port.number);
    }
    return found;
  }

  const std::string path_ =
      fs::temp_directory_path() / ("spool_test." + std::to_string(::getpid()));
};

using Next = std::vector<std::pair<std::uint64_t, std::uint16_t>>;

TEST_F(SpoolTest, GivesWhatWasFlushedUntilItIsDelivered) {
  const auto spool = open(false).value();
  SpoolReader reader(*spool);
  spool->write(record(80)).value();
  EXPECT_EQ(next(reader), Next());
  spool->flush().value();
  EXPECT_EQ(next(reader), (Next{{0, 80}}));
  write(*spool, {81});
  EXPECT_EQ(next(reader), (Next{{0, 80}, {1, 81}}));
  reader.mark_delivered().value();
  EXPECT_EQ(next(reader), Next());
  EXPECT_TRUE(reader.is_at_end());
  write(*spool, {82});
  EXPECT_EQ(next(reader), (Next{{2, 82}}));
}

TEST_F(SpoolTest, GoesOnWhereItIsDeliveredTo) {
  {
    const auto spool = open(false).value();
    SpoolReader reader(*spool);
    write(*spool, {80, 81});
    reader.next().value();
    reader.mark_delivered().value();
    write(*spool, {82});
  }
  const std::uint64_t number = parse_spool_header(read_file(path_).value())->spool;
  const auto spool = open(true).value();
  EXPECT_EQ(spool->header().spool, number);
  EXPECT_EQ(spool->count(), 3);
  write(*spool, {83});
  SpoolReader reader(*spool);
  EXPECT_EQ(next(reader), (Next{{2, 82}, {3, 83}}));
}

TEST_F(SpoolTest, BeginsAnewForAnotherKindOfServer) {
  {
    const auto spool = open(false).value();
    write(*spool, {80});
    SpoolReader reader(*spool);
    reader.next().value();
    reader.mark_delivered().value();
  }
  const auto spool = open(true, "postgres").value();
  SpoolReader reader(*spool);
  EXPECT_EQ(next(reader), (Next{{0, 80}}));
}

TEST_F(SpoolTest, CutsOffTheEntryThatACrashLeftIncomplete) {
  write(*open(false).value(), {80, 81});
  fs::resize_file(path_, fs::file_size(path_) - 1);
  const auto spool = open(true).value();
  EXPECT_EQ(spool->count(), 1);
  write(*spool, {82});
  SpoolReader reader(*spool);
  EXPECT_EQ(next(reader), (Next{{0, 80}, {1, 82}}));
}

TEST_F(SpoolTest, DeliversEverythingAgainWhereItsMarkMakesNoSense) {
  write(*open(false).value(), {80, 81});
  std::string bytes = read_file(path_).value();
  SpoolHeader header = *parse_spool_header(bytes);
  for (const Place& place : {Place{101, 1}, Place{114, 2}, Place{1000, 3}}) {
    header.delivered = place;
    std::ofstream(path_) << to_bytes(header) << bytes.substr(99);
    const auto spool = open(true).value();
    SpoolReader reader(*spool);
    EXPECT_EQ(next(reader), (Next{{0, 80}, {1, 81}}));
  }
}

TEST_F(SpoolTest, TakesThePlaceOfNothing) {
  write(*open(false).value(), {80});
  EXPECT_EQ(open(false).error().message,
            "--spool: " + path_ + " is there already: send what it holds with masscan --deliver " +
                path_ + ", or remove it");
  std::ofstream(path_) << "notes of mine";
  EXPECT_THAT(open(true).error().message, HasSubstr("this is no spool of results"));
  EXPECT_EQ(read_file(path_).value(), "notes of mine");
}

// The disk is full after each possible byte.
TEST_F(SpoolTest, CountsWhatTheDiskHasTakenAndNothingElse) {
  for (const auto times : {test::TestFiles::Times::kOnce, test::TestFiles::Times::kFromThenOn}) {
    for (std::size_t room = 0; room < 60; ++room) {
      fs::remove(path_);
      const auto spool = open(false).value();
      write(*spool, {80});
      {
        test::TestFiles files;
        files.fail_writes_behind(room, ENOSPC, times);
        int errors = 0;
        for (const std::uint16_t port : {81, 82, 83, 84}) {
          spool->write(record(port)).value();
          if (port % 2 == 1) continue;
          const Result<void> flushed = spool->flush();
          if (flushed) continue;
          ++errors;
          EXPECT_THAT(flushed.error().message, HasSubstr("No space left on device"));
        }
        EXPECT_EQ(errors, files.failures() > 0 ? 1 : 0) << "said once: " << room;
      }
      SpoolReader reader(*spool);
      const Next found = next(reader);
      EXPECT_EQ(spool->count(), found.size()) << room;
      EXPECT_EQ(found.front(), (Next::value_type{0, 80}));
      EXPECT_EQ(fs::file_size(path_), spool->end()) << room;
    }
  }
}

TEST_F(SpoolTest, LeavesNothingThatCannotBegin) {
  test::TestFiles files;
  files.fail_writes_behind(50, ENOSPC, test::TestFiles::Times::kFromThenOn);
  EXPECT_THAT(open(false).error().message, HasSubstr("cannot write the spool " + path_));
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(SpoolTest, SaysWhatItsReaderCannotDo) {
  const auto spool = open(false).value();
  write(*spool, {80});
  SpoolReader reader(*spool);
  test::TestFiles files;
  files.fail(files::Call::kRead, EIO);
  EXPECT_THAT(reader.next().error().message, HasSubstr("cannot read the spool"));
  EXPECT_EQ(next(reader), (Next{{0, 80}}));
  files.fail(files::Call::kWrite, EIO);
  EXPECT_THAT(reader.mark_delivered().error().message, HasSubstr("what is delivered"));
}

TEST_F(SpoolTest, NeedsNoLocksWhereThereAreNone) {
  test::TestFiles files;
  files.fail(files::Call::kLock, ENOLCK, test::TestFiles::Times::kFromThenOn);
  { write(*open(false).value(), {80}); }
  EXPECT_EQ(open(true).value()->count(), 1u);
}

TEST_F(SpoolTest, HasOneWriter) {
  const auto spool = open(false).value();
  EXPECT_THAT(open(true).error().message, HasSubstr("a scan is writing to this spool"));
}

TEST_F(SpoolTest, TakesLongBannersAndManyRecordsInBatches) {
  const std::string text(record::kMaxBannerBytes, 'x');
  const auto spool = open(false).value();
  spool
      ->write(record::Banner{.time = kBegan,
                             .address = net::Ipv4Address(1),
                             .port = {net::Transport::kTcp, 80},
                             .text = text})
      .value();
  for (int i = 0; i < 10'000; ++i) spool->write(record(80)).value();
  spool->flush().value();
  SpoolReader reader(*spool);
  std::uint64_t number = 0;
  while (!reader.is_at_end()) {
    const Batch batch = reader.next().value();
    EXPECT_LE(batch.entries.size(), 4096u);
    for (const Entry& entry : batch.entries) EXPECT_EQ(entry.number, number++);
    reader.mark_delivered().value();
  }
  EXPECT_EQ(number, 10'001u);
}

TEST_F(SpoolTest, KeepsSoftware) {
  const auto spool = open(false).value();
  spool->write(record::Banner{.address = net::Ipv4Address(1), .text = "a", .software = "b/1"})
      .value();
  spool->flush().value();
  SpoolReader reader(*spool);
  const Batch batch = reader.next().value();
  ASSERT_EQ(batch.entries.size(), 1u);
  EXPECT_EQ(std::get<record::Banner>(batch.entries[0].result).software, "b/1");
  EXPECT_EQ(std::get<record::Banner>(batch.entries[0].result).text, "a");
}

TEST_F(SpoolTest, IsAFileOfResultsAndKeepsWhatIsFiltered) {
  const auto spool = open(false).value();
  spool->write(record(80, record::PortState::kFiltered)).value();
  spool->flush().value();
  std::vector<record::PortState> states;
  files::read_entries(path_, {}, [&](const format::FileItem& parsed, std::uint64_t) {
    if (const auto* found = std::get_if<record::Record>(&parsed)) states.push_back(found->state);
    return true;
  }).value();
  EXPECT_THAT(states, ElementsAre(record::PortState::kFiltered));
}

RC_GTEST_PROP(SpoolHeader, IsReadBack, ()) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 56;
  const SpoolHeader header{
      .spool = *rc::gen::arbitrary<std::uint64_t>() >> 1,
      .began = WallTime(std::chrono::seconds(*rc::gen::arbitrary<std::uint32_t>())),
      .server = *rc::gen::element<std::string>("redis", "postgres"),
      .delivered = {*rc::gen::arbitrary<std::uint64_t>() % kMost,
                    *rc::gen::arbitrary<std::uint64_t>() % kMost}};
  const std::string bytes = to_bytes(header);
  RC_ASSERT(bytes.size() == 99u);
  const auto again = parse_spool_header(bytes);
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->spool == header.spool);
  RC_ASSERT(again->began == header.began);
  RC_ASSERT(again->server == header.server);
  RC_ASSERT(again->delivered == header.delivered);
}

TEST(SpoolHeader, IsNothingElse) {
  std::string bytes = to_bytes({.spool = 1, .began = kBegan, .server = "redis"});
  EXPECT_TRUE(parse_spool_header(bytes + "more"));
  EXPECT_FALSE(parse_spool_header(std::string_view(bytes).substr(0, 98)));
  bytes[98] = 'x';
  EXPECT_FALSE(parse_spool_header(bytes));
  EXPECT_FALSE(parse_spool_header(""));
}

}  // namespace
}  // namespace masscan::output
