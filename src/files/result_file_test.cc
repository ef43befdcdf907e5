#include "files/result_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "files/read_records.h"
#include "support/open_port.h"

namespace masscan::files {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

const format::Format& kList = *format::find_format("list");
const format::Format& kNdjson = *format::find_format("ndjson");
const format::Format& kXml = *format::find_format("xml");
const format::Format& kJson = *format::find_format("json");

const WallTime kBegan(std::chrono::seconds(1700000000));
const WallTime kEnd = kBegan + 5s;

Result<ResultFile> open_document(const std::string& path, const format::Format& format,
                                 bool append) {
  return ResultFile::open(path, format, append, {.began = kBegan, .ports = {}});
}

record::Record record(std::uint16_t port) { return test::open_port(kBegan, port); }

std::string line(std::uint16_t port) {
  return "open tcp " + std::to_string(port) + " 10.0.0.1 1700000000\n";
}

class ResultFileTest : public testing::Test {
 protected:
  ResultFileTest() { fs::create_directory(folder_); }
  ~ResultFileTest() override { fs::remove_all(folder_); }

  std::string content() const { return read_file(path_).value(); }

  const fs::path folder_ =
      fs::temp_directory_path() / ("document_test." + std::to_string(::getpid()));
  const std::string path_ = folder_ / "results";
};

TEST_F(ResultFileTest, HasHeaderRecordsAndTrailer) {
  ResultFile document = open_document(path_, kList, false).value();
  document.write(record(80)).value();
  document.write(record(443)).value();
  document.close(kEnd).value();
  EXPECT_EQ(content(), "#masscan\n" + line(80) + line(443) + "# end\n");
}

// Returns a complete document with these ports, closed at kEnd.
std::string whole(const format::Format& format, std::initializer_list<std::uint16_t> ports) {
  std::string text;
  format.header(text, {.began = kBegan, .ports = {}});
  for (const std::uint16_t port : ports) {
    if (port != *ports.begin()) text += format.enclosure->separator;
    format.record(text, record(port));
  }
  format.trailer(text, {.time = kEnd, .elapsed = 5s, .tcp_open = ports.size()});
  return text;
}

TEST_F(ResultFileTest, WithoutRecordsHasNoBytesUnlessItIsEnclosed) {
  for (const format::Format* format : format::formats()) {
    ResultFile document = open_document(path_, *format, false).value();
    document.flush().value();
    document.close(kEnd).value();
    EXPECT_EQ(content(), format->enclosure == nullptr ? "" : whole(*format, {})) << format->name;
  }
}

TEST_F(ResultFileTest, ThatNeverBeginsLeavesItsFileAsItWas) {
  for (const format::Format* format : {&kList, &kJson}) {
    for (const bool append : {false, true}) {
      open_document(path_, *format, false).value().close(kEnd).value();
      const std::string before = content();
      ResultFile::prepare(path_, *format, append, {.began = kBegan, .ports = {}})
          .value()
          .close(kEnd)
          .value();
      EXPECT_EQ(content(), before);
      fs::remove(path_);
      ResultFile::prepare(path_, *format, append, {.began = kBegan, .ports = {}}).value();
      EXPECT_FALSE(fs::exists(path_)) << "it was made for nothing";
    }
  }
}

TEST_F(ResultFileTest, EmptiesAnOldFileAtOnce) {
  { open_document(path_, kList, false).value().write(record(80)).value(); }
  open_document(path_, kList, false).value().write(record(80)).value();
  const ResultFile document = open_document(path_, kList, false).value();
  EXPECT_EQ(content(), "");
}

TEST_F(ResultFileTest, AppendsACompleteDocument) {
  for (const std::uint16_t port : {80, 81}) {
    ResultFile document = open_document(path_, kList, true).value();
    document.write(record(port)).value();
    document.close(kEnd).value();
  }
  EXPECT_EQ(content(), "#masscan\n" + line(80) + "# end\n#masscan\n" + line(81) + "# end\n");
}

TEST_F(ResultFileTest, CutsOffALineThatACrashLeftIncomplete) {
  const std::pair<std::string, std::string> cases[] = {
      {"#masscan\n" + line(80) + "open tcp 4", "#masscan\n" + line(80)},
      {"#masscan\n" + line(80) + std::string(5, '\0'), "#masscan\n" + line(80)},
      {"#mass", ""},
      {"a list of mine\n", "a list of mine\n"}};
  for (const auto& [before, kept] : cases) {
    std::ofstream(path_) << before;
    ResultFile document = open_document(path_, kList, true).value();
    document.write(record(81)).value();
    document.close(kEnd).value();
    EXPECT_EQ(content(), kept + "#masscan\n" + line(81) + "# end\n");
  }
}

TEST_F(ResultFileTest, TakesNothingFromAFileThatIsNotOurs) {
  const std::string notes = "call the network team\nabout 10.0";
  std::ofstream(path_) << notes;
  EXPECT_THAT(open_document(path_, kList, true).error().message,
              HasSubstr("this is not a whole list file of masscan's; choose another file"));
  EXPECT_EQ(content(), notes);
}

TEST_F(ResultFileTest, ShowsEverythingAfterFlush) {
  ResultFile document = open_document(path_, kList, false).value();
  document.write(record(80)).value();
  document.flush().value();
  EXPECT_EQ(content(), "#masscan\n" + line(80));
  document.write(record(81)).value();
  document.flush().value();
  EXPECT_EQ(content(), "#masscan\n" + line(80) + line(81));
}

TEST_F(ResultFileTest, WritesWholeRecordsWhenTheBufferIsFull) {
  ResultFile document = open_document(path_, kNdjson, false).value();
  for (int i = 0; i < 5000; ++i) {
    document.write(record(80)).value();
    if (i == 3000) {
      EXPECT_TRUE(content().ends_with("}}\n"));
    }
  }
  document.close(kEnd).value();
  std::string one;
  kNdjson.record(one, record(80));
  EXPECT_EQ(content().size(), 5000 * one.size());
}

TEST_F(ResultFileTest, DashIsStandardOutput) {
  testing::internal::CaptureStdout();
  ResultFile document = open_document("-", kList, false).value();
  document.write(record(80)).value();
  document.close(kEnd).value();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "#masscan\n" + line(80) + "# end\n");
}

TEST_F(ResultFileTest, NamesAFileThatCannotBeOpened) {
  const std::string missing = folder_ / "nosuchdir" / "x.list";
  EXPECT_EQ(open_document(missing, kList, false).error().message,
            "cannot open " + missing + " for the results: No such file or directory");
  EXPECT_THAT(open_document(folder_, kList, false).error().message, HasSubstr("Is a directory"));
}

TEST_F(ResultFileTest, SaysOnceThatTheDiskIsFull) {
  ResultFile document = open_document("/dev/full", kList, false).value();
  document.write(record(80)).value();
  const Result<void> flushed = document.flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().message, "cannot write results to /dev/full: No space left on device");
  EXPECT_TRUE(document.write(record(81)));
  EXPECT_TRUE(document.flush());
  EXPECT_TRUE(document.close(kEnd));
}

TEST_F(ResultFileTest, SaysAtCloseThatTheDiskIsFull) {
  ResultFile document = open_document("/dev/full", kList, false).value();
  document.write(record(80)).value();
  EXPECT_FALSE(document.close(kEnd));
}

TEST_F(ResultFileTest, SaysAtAWriteThatTheDiskIsFull) {
  ResultFile document = open_document("/dev/full", kList, false).value();
  int failures = 0;
  for (int i = 0; i < 10000; ++i) failures += document.write(record(80)).has_value() ? 0 : 1;
  EXPECT_EQ(failures, 1);
}

// Limits the size of files: writes beyond it are shortened, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limited{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit old_;
};

TEST_F(ResultFileTest, EndsWithACompleteRecordWhenTheDiskFillsUp) {
  const std::string kept = "#masscan\n" + line(80) + line(81);
  for (const bool append : {false, true}) {
    fs::remove(path_);
    ResultFile document = open_document(path_, kList, append).value();
    document.write(record(80)).value();
    document.flush().value();
    document.write(record(81)).value();
    document.write(record(82)).value();
    const FileSizeLimit limit(kept.size() + 5);
    EXPECT_THAT(document.flush().error().message, HasSubstr("File too large"));
    EXPECT_EQ(content(), kept);
  }
}

TEST_F(ResultFileTest, EndsBehindTheLastOfARunThatTheDiskHadRoomFor) {
  constexpr std::size_t kHeaderBytes = 99;
  constexpr std::size_t kRecordBytes = 15;
  std::vector<record::Record> records(1000, record(80));
  records[5].address = net::Ipv6Address(1);
  const std::size_t kept = kHeaderBytes + 600 * kRecordBytes;
  ResultFile document = open_document(path_, *format::find_format("binary"), false).value();
  document.write(records).value();
  const FileSizeLimit limit(kept + 20);  // the long one takes 13 more
  EXPECT_FALSE(document.flush());
  EXPECT_EQ(content().size(), kept + 13);
}

TEST_F(ResultFileTest, TakesBackALonelyHeader) {
  ResultFile document = open_document(path_, kList, false).value();
  document.write(record(80)).value();
  const FileSizeLimit limit(15);  // the header and a part of the record
  EXPECT_FALSE(document.close(kEnd));
  EXPECT_EQ(content(), "");
}

// Replaces standard output by another file.
class StandardOutput {
 public:
  explicit StandardOutput(int fd) : saved_(::dup(STDOUT_FILENO)) { ::dup2(fd, STDOUT_FILENO); }
  ~StandardOutput() { ::dup2(saved_.get(), STDOUT_FILENO); }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

 private:
  UniqueFd saved_;
};

std::size_t count_to_end(int fd) {
  std::array<char, 65536> bytes;
  std::size_t total = 0;
  for (ssize_t count; (count = ::read(fd, bytes.data(), bytes.size())) > 0;) {
    total += static_cast<std::size_t>(count);
  }
  return total;
}

TEST_F(ResultFileTest, WaitsForAReaderBehindANonBlockingPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  ASSERT_EQ(::fcntl(writer.get(), F_SETFL, O_NONBLOCK), 0);
  std::size_t received = 0;
  std::jthread counter([&] { received = count_to_end(reader.get()); });
  {
    const StandardOutput redirected(writer.get());
    ResultFile document = open_document("-", kList, false).value();
    for (int i = 0; i < 20000; ++i) document.write(record(80)).value();
    document.close(kEnd).value();
  }
  writer.reset();
  counter.join();
  EXPECT_EQ(received, 20000 * line(80).size() + std::string("#masscan\n# end\n").size());
}

// ---- Enclosed formats ---------------------------------------------------------------------------

std::vector<std::uint16_t> ports_in(const std::string& path, const format::Format& format) {
  std::vector<std::uint16_t> ports;
  EXPECT_TRUE(read_records(
      path, format, [&](const record::Record& found) { ports.push_back(found.port.number); }));
  return ports;
}

// The same, and expects a complete document.
std::vector<std::uint16_t> ports_of_whole(const std::string& path, const format::Format& format) {
  EXPECT_TRUE(read_file(path).value().ends_with(format.enclosure->trailer_end));
  return ports_in(path, format);
}

class EnclosedDocument : public ResultFileTest,
                         public testing::WithParamInterface<const format::Format*> {
 protected:
  const format::Format& format() const { return *GetParam(); }

  // Simulates a run that finds these ports and is killed after the last one.
  void be_killed_after(std::initializer_list<std::uint16_t> ports, bool append) {
    ResultFile document = open_document(path_, format(), append).value();
    for (const std::uint16_t port : ports) {
      document.write(record(port)).value();
      document.flush().value();
    }
  }
  void append_and_close(std::uint16_t port) {
    ResultFile document = open_document(path_, format(), true).value();
    document.write(record(port)).value();
    document.close(kEnd).value();
  }
  void set_content(const std::string& text) const { std::ofstream(path_) << text; }
};

TEST_P(EnclosedDocument, IsWholeFromTheFirstMomentAndAfterEveryFlush) {
  ResultFile document = open_document(path_, format(), false).value();
  EXPECT_THAT(ports_of_whole(path_, format()), ElementsAre());
  document.write(record(80)).value();
  document.flush().value();
  EXPECT_THAT(ports_of_whole(path_, format()), ElementsAre(80));
  document.write(record(81)).value();
  document.write(record(82)).value();
  document.flush().value();
  EXPECT_THAT(ports_of_whole(path_, format()), ElementsAre(80, 81, 82));
  document.close(kEnd).value();
  EXPECT_EQ(content(), whole(format(), {80, 81, 82}));
}

TEST_P(EnclosedDocument, GoesOnInsideTheOneThatIsThere) {
  be_killed_after({80, 81}, false);
  append_and_close(82);
  EXPECT_EQ(content(), whole(format(), {80, 81, 82}));
  append_and_close(83);
  EXPECT_EQ(content(), whole(format(), {80, 81, 82, 83}));
}

TEST_P(EnclosedDocument, GoesOnInOneWithoutRecords) {
  be_killed_after({}, false);
  append_and_close(80);
  EXPECT_EQ(content(), whole(format(), {80}));
}

TEST_P(EnclosedDocument, BeginsInAFileWithoutBytes) {
  set_content("");
  append_and_close(80);
  EXPECT_EQ(content(), whole(format(), {80}));
}

TEST_P(EnclosedDocument, GoesOnBehindTheLastCompleteRecordWhereverACrashCutIt) {
  const std::string before = whole(format(), {80, 81});
  for (std::size_t length = 0; length <= before.size(); ++length) {
    set_content(before.substr(0, length));
    const std::size_t records = ports_in(path_, format()).size();
    append_and_close(90);
    const std::string expected = records == 0   ? whole(format(), {90})
                                 : records == 1 ? whole(format(), {80, 90})
                                                : whole(format(), {80, 81, 90});
    ASSERT_EQ(content(), expected) << length;
  }
}

TEST_P(EnclosedDocument, OverwritesWhatACrashMixedUp) {
  const std::string before = whole(format(), {80});
  const std::string end(format().enclosure->trailer_end);
  std::string next(format().enclosure->separator);
  format().record(next, record(81));
  const std::string records = before.substr(0, before.find(format().enclosure->trailer_begin));
  for (const std::string& rest : {std::string(3000, '\0'), next.substr(0, 60) + end,
                                  before.substr(records.size()) + std::string(100, '\0')}) {
    set_content(records + rest);
    append_and_close(90);
    EXPECT_EQ(content(), whole(format(), {80, 90}));
  }
}

TEST_P(EnclosedDocument, RefusesToContinueWhatIsNotOurs) {
  const std::string foreign[] = {"notes\n", "[\n{\"a\": 1}\n]\n", "<?xml version=\"1.0\"?>\n<a/>\n",
                                 std::string(300000, 'x'), whole(format(), {80}) + "more\n"};
  for (const std::string& text : foreign) {
    set_content(text);
    const auto document = open_document(path_, format(), true);
    ASSERT_FALSE(document) << text.substr(0, 50);
    EXPECT_THAT(document.error().message, HasSubstr("choose another file"));
    EXPECT_EQ(content(), text);
  }
}

TEST_P(EnclosedDocument, IsWholeWhenTheDiskFillsUp) {
  const std::size_t enough = whole(format(), {80, 81, 82}).size();
  for (std::size_t room = whole(format(), {80}).size(); room < enough; ++room) {
    ResultFile document = open_document(path_, format(), false).value();
    document.write(record(80)).value();
    document.flush().value();
    const FileSizeLimit limit(room);
    document.write(record(81)).value();
    document.write(record(82)).value();
    const Result<void> flushed = document.flush();
    const std::vector<std::uint16_t> ports = ports_of_whole(path_, format());
    ASSERT_FALSE(ports.empty());
    ASSERT_EQ(flushed.has_value(), ports.size() == 3) << room;
  }
}

TEST_P(EnclosedDocument, EndsOnceOnAPipe) {
  testing::internal::CaptureStdout();
  ResultFile document = open_document("-", format(), false).value();
  for (const std::uint16_t port : {80, 81}) {
    document.write(record(port)).value();
    document.flush().value();
  }
  document.close(kEnd).value();
  EXPECT_EQ(testing::internal::GetCapturedStdout(), whole(format(), {80, 81}));
}

INSTANTIATE_TEST_SUITE_P(Formats, EnclosedDocument, testing::Values(&kXml, &kJson),
                         [](const auto& test) { return std::string(test.param->name); });

}  // namespace
}  // namespace masscan::files
