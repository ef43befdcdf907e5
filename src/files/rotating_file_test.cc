#include "files/rotating_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "base/file.h"
#include "files/read_records.h"
#include "support/open_port.h"

namespace masscan::files {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const WallTime kBegan(seconds(1706933106));  // 2024-02-03 04:05:06 UTC
constexpr seconds kHour(3600);

class RotatingFileTest : public testing::Test {
 protected:
  RotatingFileTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "done");
  }
  ~RotatingFileTest() override {
    fs::remove_all(folder_);
    ::unsetenv("TZ");
    ::tzset();
  }

  Rotation every(Duration period) const {
    return {.period = period, .directory = folder_ / "done"};
  }
  Rotation sized(std::uint64_t bytes) const {
    return {.size_bytes = bytes, .directory = folder_ / "done"};
  }
  Result<RotatingFile> open(const Rotation& rotation, std::string_view format = "list",
                            bool append = false) const {
    return RotatingFile::open(path_, *format::find_format(format), append,
                              {.began = kBegan, .ports = {}}, rotation);
  }
  // Returns the completed files by name, with their ports.
  std::map<std::string, std::vector<std::uint16_t>> done(std::string_view format = "list") const {
    std::map<std::string, std::vector<std::uint16_t>> files;
    for (const auto& entry : fs::directory_iterator(folder_ / "done")) {
      auto& ports = files[entry.path().filename()];
      read_records(entry.path(), *format::find_format(format),
                   [&ports](const record::Record& record) { ports.push_back(record.port.number); })
          .value();
    }
    return files;
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("series_test." + std::to_string(::getpid()));
  const std::string path_ = folder_ / "out.list";
};

record::Record record(std::uint16_t port) { return test::open_port(kBegan, port); }

std::string whole(std::initializer_list<std::uint16_t> ports) {
  std::string text = "#masscan\n";
  for (const std::uint16_t port : ports) format::find_format("list")->record(text, record(port));
  return text + "# end\n";
}

using Files = std::map<std::string, std::vector<std::uint16_t>>;

TEST_F(RotatingFileTest, RotatesAtTheInstantAndNotBefore) {
  RotatingFile file = open(every(kHour)).value();
  const WallTime five(seconds(1706936400));  // o'clock
  file.write(record(80)).value();
  file.tick(five - 1ns).value();
  file.write(record(81)).value();
  EXPECT_EQ(done(), Files());
  file.tick(five).value();
  EXPECT_EQ(done(), (Files{{"240203-040506-out.list", {80, 81}}}));
  EXPECT_EQ(read_file(folder_ / "done" / "240203-040506-out.list").value(), whole({80, 81}));
  EXPECT_EQ(read_file(path_).value(), "");
  file.write(record(82)).value();
  file.tick(five + kHour).value();
  file.write(record(83)).value();
  file.close(five + kHour + 1s).value();
  EXPECT_EQ(done(), (Files{{"240203-040506-out.list", {80, 81}},
                           {"240203-050000-out.list", {82}},
                           {"240203-060000-out.list", {83}}}));
  EXPECT_FALSE(fs::exists(path_));
}

// The descriptor that a checkpoint flushes to the disk.
TEST_F(RotatingFileTest, DuplicatesTheFileBeingWritten) {
  const auto is_present = [this](const RotatingFile& rotating) {
    struct stat ours {};
    struct stat named {};
    const UniqueFd file = rotating.duplicate().value();
    return ::fstat(file.get(), &ours) == 0 && ::stat(path_.c_str(), &named) == 0 &&
           ours.st_ino == named.st_ino;
  };
  RotatingFile file = open(sized(1)).value();
  EXPECT_TRUE(is_present(file));
  file.write(record(80)).value();
  file.write(record(81)).value();
  EXPECT_EQ(done().size(), 1U);
  EXPECT_TRUE(is_present(file));
  file.close(kBegan).value();
  EXPECT_FALSE(file.duplicate().value().is_open());
}

TEST_F(RotatingFileTest, LeavesNoEmptyFiles) {
  for (const std::string_view format : {"list", "json", "xml"}) {
    RotatingFile file = open(every(kHour), format).value();
    for (int i = 1; i < 50; ++i) file.tick(kBegan + i * kHour).value();
    file.close(kBegan + 50 * kHour).value();
    EXPECT_EQ(done(), Files());
    EXPECT_FALSE(fs::exists(path_));
  }
}

TEST_F(RotatingFileTest, CountsFilesOfASize) {
  const std::size_t line = whole({80}).size() - whole({}).size();
  RotatingFile file = open(sized(9 + 2 * line)).value();
  file.write(record(80)).value();
  file.write(std::array{record(81), record(82), record(83), record(84)}).value();
  file.close(kBegan).value();
  EXPECT_EQ(done(), (Files{{"out-00000.list", {80, 81}},
                           {"out-00001.list", {82, 83}},
                           {"out-00002.list", {84}}}));
  EXPECT_EQ(read_file(folder_ / "done" / "out-00001.list").value(), whole({82, 83}));
}

TEST_F(RotatingFileTest, ReplacesNoFile) {
  std::ofstream(folder_ / "done" / "out-00000.list") << "mine";
  std::ofstream(folder_ / "done" / "240203-040506-out.list") << "mine";
  for (const Rotation& rotation : {sized(1), every(kHour)}) {
    RotatingFile file = open(rotation).value();
    file.write(record(80)).value();
    file.close(kBegan).value();
  }
  EXPECT_EQ(read_file(folder_ / "done" / "out-00000.list").value(), "mine");
  EXPECT_EQ(read_file(folder_ / "done" / "240203-040506-out.list").value(), "mine");
  EXPECT_EQ(done(), (Files{{"out-00000.list", {}},
                           {"out-00001.list", {80}},
                           {"240203-040506-out.list", {}},
                           {"240203-040507-out.list", {80}}}));
}

TEST_F(RotatingFileTest, KeepsWhatACrashLeft) {
  std::ofstream(path_) << whole({1, 2});
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  RotatingFile file = open(sized(1000)).value();
  EXPECT_EQ(done(), (Files{{"out-00000.list", {1, 2}}}));
  file.write(record(80)).value();
  file.close(kBegan).value();
  EXPECT_EQ(done(), (Files{{"out-00000.list", {1, 2}}, {"out-00001.list", {80}}}));
}

TEST_F(RotatingFileTest, GoesOnInWhatACrashLeftIfToldTo) {
  std::ofstream(path_) << whole({1, 2});
  RotatingFile file = open(sized(1000), "list", true).value();
  file.close(kBegan).value();
  EXPECT_EQ(done(), (Files{{"out-00000.list", {1, 2}}}));
}

TEST_F(RotatingFileTest, SaysBeforeTheScanThatFilesCannotBeKept) {
  Rotation nowhere = sized(1);
  nowhere.directory = folder_ / "nowhere";
  EXPECT_THAT(open(nowhere).error().message, HasSubstr("nowhere: No such file or directory"));
  Rotation elsewhere = sized(1);
  elsewhere.directory = "/dev/shm";
  struct stat here {
  }, there{};
  ASSERT_EQ(::stat(folder_.c_str(), &here), 0);
  if (::stat("/dev/shm", &there) != 0 || here.st_dev == there.st_dev) GTEST_SKIP();
  EXPECT_THAT(open(elsewhere).error().message, HasSubstr("another file system"));
}

TEST_F(RotatingFileTest, GoesOnWhereAFileCannotBeMoved) {
  RotatingFile file = open(sized(1)).value();
  file.write(record(80)).value();
  fs::remove(folder_ / "done");
  const Result<void> second = file.write(record(81));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("they are in " + path_));
  fs::create_directory(folder_ / "done");
  file.write(record(82)).value();
  file.close(kBegan).value();
  EXPECT_EQ(done(), (Files{{"out-00000.list", {80, 81}}, {"out-00001.list", {82}}}));
}

TEST_F(RotatingFileTest, StandardOutputIsNeverRotated) {
  testing::internal::CaptureStdout();
  RotatingFile file = RotatingFile::open("-", *format::find_format("list"), false,
                                         {.began = kBegan, .ports = {}}, sized(1))
                          .value();
  file.write(record(80)).value();
  file.write(record(81)).value();
  file.close(kBegan).value();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), whole({80, 81}));
}

// For random sequences of results and time: all files together hold each result once, in order.
TEST_F(RotatingFileTest, TheUnionOfAllFilesIsEverything) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "done");
    std::mt19937 random(seed);
    const std::string_view format = std::array{"list", "json", "xml", "ndjson"}[seed % 4];
    Rotation rotation = seed % 3 == 0 ? sized(1 + random() % 2000) : every(seconds(60));
    rotation.offset = seconds(random() % 60);
    RotatingFile file = open(rotation, format).value();
    WallTime now = kBegan;
    std::vector<std::uint16_t> expected;
    for (std::uint16_t port = 0; port < 200; ++port) {
      now += seconds(random() % 20);
      file.tick(now).value();
      file.write(record(port)).value();
      if (random() % 3 == 0) file.flush().value();
      expected.push_back(port);
    }
    file.close(now).value();
    std::vector<std::uint16_t> found;
    const auto files = done(format);
    EXPECT_GT(files.size(), 3u) << "seed " << seed;
    for (const auto& [name, ports] : files) {
      EXPECT_FALSE(ports.empty()) << name << ", seed " << seed;
      found.insert(found.end(), ports.begin(), ports.end());
    }
    EXPECT_EQ(found, expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace masscan::files
